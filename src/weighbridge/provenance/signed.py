"""What of a commit is signed, and the signature that is taken out of it."""

from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Signature

_HEADERS: Final = (b"gpgsig ", b"gpgsig-sha256 ")
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
