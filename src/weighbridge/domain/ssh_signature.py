"""An SSH signature taken apart, unverified: OpenSSH's PROTOCOL.sshsig, and what PROTOCOL.u2f adds for security keys.

Whatever is malformed is None; nothing here raises.
"""

import base64
import binascii
import hashlib
import textwrap
from functools import lru_cache
from typing import Final

from msgspec import Struct

MAGIC: Final = b"SSHSIG"
LARGEST: Final = 16_384
"""Bytes of a signature's blob; one by an RSA key of 16,384 bits has 4,200."""

_VERSION: Final = 1
_USER_PRESENT: Final = 0x01
_USER_VERIFIED: Final = 0x04
_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----"
_END: Final = "-----END SSH SIGNATURE-----"
_MOST_ARMOUR: Final = 2 * LARGEST
_SECURITY_KEY_TAIL: Final = 5
_HASHES: Final = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}


class SshSignature(Struct, frozen=True, kw_only=True):
    """What an SSH signature holds: the key it names, what it is for, and what a security key adds.

    `flags` and `counter` are a security key's own word, None of any other key. They lie inside what the key signed, so
    they are as good as the signature once that is verified.
    """

    public_key: str
    """The key as it stands in an allowed-signers line: base64."""
    key_type: str
    namespace: str
    hash_algorithm: str
    algorithm: str
    value: bytes
    """What the key made, in the form that its algorithm gives it."""
    flags: int | None = None
    counter: int | None = None

    @property
    def key(self) -> bytes:
        """The public key's own bytes."""
        return base64.b64decode(self.public_key)

    @property
    def fingerprint(self) -> str:
        """`SHA256:…` of the key, as `ssh-keygen -l` shows it."""
        return fingerprint(self.key)

    @property
    def is_security_key(self) -> bool:
        """Whether the key says that it lies in an authenticator."""
        return self.flags is not None

    @property
    def user_present(self) -> bool:
        """Whether the authenticator saw somebody touch it."""
        return bool((self.flags or 0) & _USER_PRESENT)

    @property
    def user_verified(self) -> bool:
        """Whether the authenticator checked a PIN or a finger."""
        return bool((self.flags or 0) & _USER_VERIFIED)

    def signed_bytes(self, message: bytes) -> bytes | None:
        """What the key was given to sign for `message`, None for a hash that OpenSSH does not sign with."""
        make = _HASHES.get(self.hash_algorithm)
        if make is None:
            return None
        return _before_hash(self.namespace, self.hash_algorithm) + string(make(message).digest())


@lru_cache(maxsize=16)
def _before_hash(namespace: str, hash_algorithm: str) -> bytes:
    return MAGIC + b"".join(map(string, (namespace.encode("utf-8"), b"", hash_algorithm.encode("ascii"))))


def read_ssh_signature(armoured: str) -> SshSignature | None:
    """The signature between its armour's lines, None when it is not one."""
    blob = blob_of(armoured)
    return None if blob is None else read_blob(blob)


def blob_of(armoured: str) -> bytes | None:
    """The bytes between the armour's lines, None when there are none."""
    if len(armoured) > _MOST_ARMOUR:
        return None
    lines = armoured.strip().splitlines()
    body = "".join(line.strip() for line in lines if not line.startswith("-----"))
    try:
        return base64.b64decode(body, validate=True)
    except (ValueError, binascii.Error):
        return None


def armoured(blob: bytes) -> str:
    """The signature as `ssh-keygen` writes and reads it."""
    body = "\n".join(textwrap.wrap(base64.b64encode(blob).decode("ascii"), 70))
    return f"{_BEGIN}\n{body}\n{_END}\n"


def read_blob(data: bytes) -> SshSignature | None:
    """The signature in its own bytes, None when it is not one."""
    if not data.startswith(MAGIC) or len(data) > LARGEST:
        return None
    try:
        if int.from_bytes(data[len(MAGIC) : len(MAGIC) + 4], "big") != _VERSION:
            return None
        (key, namespace, _, hash_algorithm, signature), rest = strings(data[len(MAGIC) + 4 :], 5)
        (key_type,), _ = strings(key, 1)
        (algorithm, value), tail = strings(signature, 2)
        is_security_key = algorithm.startswith(b"sk-")
        if rest or len(tail) != (_SECURITY_KEY_TAIL if is_security_key else 0):
            return None
        return SshSignature(
            public_key=base64.b64encode(key).decode("ascii"),
            key_type=key_type.decode("ascii"),
            namespace=namespace.decode("utf-8"),
            hash_algorithm=hash_algorithm.decode("ascii"),
            algorithm=algorithm.decode("ascii"),
            value=value,
            flags=tail[0] if is_security_key else None,
            counter=int.from_bytes(tail[1:], "big") if is_security_key else None,
        )
    except ValueError:
        return None


def fingerprint(key: bytes) -> str:
    """`SHA256:…` of a public key's bytes, as `ssh-keygen -l` shows it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode("ascii").rstrip("=")


def string(data: bytes) -> bytes:
    """`data` after its length, as SSH writes texts."""
    return len(data).to_bytes(4, "big") + data


def strings(data: bytes, count: int) -> tuple[list[bytes], bytes]:
    """The first `count` texts of `data`, and what is left.

    Raises:
        ValueError: it is shorter than it says.
    """
    found: list[bytes] = []
    for _ in range(count):
        size = int.from_bytes(data[:4], "big")
        if len(data) < 4 + size:
            raise ValueError("shorter than it says")
        found.append(data[4 : 4 + size])
        data = data[4 + size :]
    return found, data
