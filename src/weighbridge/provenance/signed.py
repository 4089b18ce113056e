"""What of a commit is signed, and what an SSH signature says about the key that made it."""

import base64
import binascii
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Signature

_HEADERS: Final = (b"gpgsig ", b"gpgsig-sha256 ")
_USER_PRESENT: Final = 0x01
_MAGIC: Final = b"SSHSIG"
_MOST_ARMOUR: Final = 64_000
_ARMOUR: Final = {
    "-----BEGIN SSH SIGNATURE-----": "ssh",
    "-----BEGIN PGP SIGNATURE-----": "openpgp",
    "-----BEGIN PGP MESSAGE-----": "openpgp",
    "-----BEGIN SIGNED MESSAGE-----": "x509",
}


class SignedCommit(Struct, frozen=True, kw_only=True):
    """The bytes a commit's signature was made over, and the signature; `problem` when there is not exactly one."""

    payload: bytes
    signature: Signature | None
    problem: str = ""


def signed_part(raw: bytes) -> SignedCommit:
    """A commit object without its signature headers, which is what was signed, and the signature taken out of it."""
    headers, blank, message = raw.partition(b"\n\n")
    kept: list[bytes] = []
    signatures: list[list[bytes]] = []
    inside = False
    for line in headers.split(b"\n"):
        header = next((h for h in _HEADERS if line.startswith(h)), None)
        if header is not None:
            signatures.append([line[len(header) :]])
            inside = True
        elif inside and line.startswith(b" "):
            signatures[-1].append(line[1:])
        else:
            inside = False
            kept.append(line)
    payload = b"\n".join(kept) + blank + message
    if len(signatures) != 1:
        problem = "carries more than one signature" if signatures else ""
        return SignedCommit(payload=payload, signature=None, problem=problem)
    armoured = b"\n".join(signatures[0]).decode("ascii", "replace")
    return SignedCommit(payload=payload, signature=Signature(kind=kind_of(armoured), armoured=armoured))


def kind_of(armoured: str) -> str:
    """`ssh`, `openpgp`, `x509`, or empty for a signature of no known kind."""
    return _ARMOUR.get(armoured.strip().partition("\n")[0].strip(), "")


class SshSignature(Struct, frozen=True, kw_only=True):
    """What an armoured SSH signature holds, unverified: the key it names, and what a security key adds.

    `user_present` lies inside what the key signed, so it is as good as the signature once that is verified.
    """

    public_key: str
    """The key as it stands in an allowed-signers line: base64."""
    namespace: str
    is_security_key: bool
    user_present: bool


def read_ssh_signature(armoured: str) -> SshSignature | None:
    """The signature taken apart (OpenSSH's PROTOCOL.sshsig and PROTOCOL.u2f), None when it is not one."""
    body = "".join(line.strip() for line in armoured[:_MOST_ARMOUR].splitlines() if not line.startswith("-----"))
    try:
        data = base64.b64decode(body, validate=True)
        if not data.startswith(_MAGIC):
            return None
        public_key, rest = _string(data[len(_MAGIC) + 4 :])
        namespace, rest = _string(rest)
        _, rest = _string(rest)
        _, rest = _string(rest)
        signature, _ = _string(rest)
        algorithm, tail = _string(signature)
        _, flags = _string(tail)
    except (ValueError, binascii.Error):
        return None
    is_security_key = algorithm.startswith(b"sk-") and len(flags) == 5
    return SshSignature(
        public_key=base64.b64encode(public_key).decode("ascii"),
        namespace=namespace.decode("utf-8", "replace"),
        is_security_key=is_security_key,
        user_present=is_security_key and bool(flags[0] & _USER_PRESENT),
    )


def _string(data: bytes) -> tuple[bytes, bytes]:
    size = int.from_bytes(data[:4], "big")
    if len(data) < 4 + size:
        raise ValueError("shorter than it says")
    return data[4 : 4 + size], data[4 + size :]
