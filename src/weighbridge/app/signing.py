"""The port of whatever signs in a person's name."""

from typing import Protocol

from msgspec import Struct


class SigningError(Exception):
    """Nothing was signed: the message says with which key, why, and the way out."""


class Signed(Struct, frozen=True, kw_only=True):
    """A signature in the form that an envelope carries, and the key that made it."""

    keyid: str
    signature: bytes


class Signer(Protocol):
    """A person's key: a file, an agent's, a security key's, a passkey's."""

    @property
    def description(self) -> str:
        """Which key it is, as people say it."""

    def public_key(self) -> str:
        """The key as an enrolment states it: as OpenSSH writes it, without a comment. Raises `SigningError`."""

    def sign(self, payload: bytes) -> Signed:
        """Sign exactly these bytes; the person may be asked for a touch or a passphrase. Raises `SigningError`."""
