"""Keys that sign notes, as C2SP's signed-note names them, and what they sign with.

A verifier key is written `<name>+<8 hex digits>+<base64 of a type byte and the public key>`. Type 1 signs notes
(Ed25519), type 4 is a witness's timestamped cosignature (tlog-cosignature v1).
"""

import hashlib
from base64 import b64encode
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct

from weighbridge.ledger.errors import LedgerError, MalformedError
from weighbridge.ledger.exact_base64 import exact_base64

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class KeyKind(IntEnum):
    """What a key's signatures mean; the number is the type byte of signed-note."""

    NOTE = 1
    COSIGNATURE = 4


_ML_DSA_44: Final = 6
"""The type byte of tlog-cosignature's other form."""


class VerifierKey(Struct, frozen=True, kw_only=True):
    """A public key with its name; name and key together make its id."""

    name: str
    public: bytes
    kind: KeyKind = KeyKind.NOTE

    @property
    def id(self) -> bytes:
        """The four bytes that stand for it in a note."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def keyid(self) -> str:
        """The id as statements name it: eight hex digits."""
        return self.id.hex()

    def __str__(self) -> str:
        """As it is written in `ledger.yaml` and in statements."""
        return f"{self.name}+{self.keyid}+{b64encode(bytes([self.kind]) + self.public).decode()}"

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether these 64 bytes are the key's Ed25519 signature over `message`."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - 14 ms, for ledgers alone

        try:
            _loaded(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@lru_cache(maxsize=64)
def _loaded(public: bytes) -> "Ed25519PublicKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - the same

    return Ed25519PublicKey.from_public_bytes(public)


class SigningError(LedgerError):
    """The key could not sign: the message says which, why, and the way out."""


class WriterKey(Protocol):
    """A key that signs checkpoints: on disk, in an agent, in a service for keys."""

    @property
    def verifier(self) -> VerifierKey:
        """Its public side, of kind `NOTE`."""

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of Ed25519 over `message`. Raises `SigningError`."""


def is_key_name(name: str) -> bool:
    """Whether a note may name a key so: not empty, no space, no plus, nothing that steers a terminal."""
    return bool(name) and "+" not in name and name.isprintable() and not any(c.isspace() for c in name)


def read_verifier_key(text: str) -> VerifierKey:
    """A key as it is written.

    Raises:
        MalformedError: it is not of that form, or its id is not that of its name and key.
    """
    name, _, rest = text.partition("+")
    encoded = rest.partition("+")[2]
    try:
        data = exact_base64(encoded)
        if data[0] == _ML_DSA_44:
            raise MalformedError(
                f"{name[:200]!r} signs by ML-DSA-44 (type 6), which is not verified here: name the Ed25519 key (type 4) of that"
                " witness, or another witness"
            )
        kind = KeyKind(data[0])
        name.encode()
    except (ValueError, IndexError):  # of UnicodeEncodeError and binascii's too
        raise MalformedError(f"{text[:200]!r} is no verifier key: it is written <name>+<key id>+<base64>") from None
    key = VerifierKey(name=name, public=data[1:], kind=kind)
    if not is_key_name(name) or len(key.public) != 32 or str(key) != text:
        raise MalformedError(
            f"{text[:200]!r} is no verifier key: its id is not that of this name and key. Copy it anew from whoever signs"
        )
    return key
