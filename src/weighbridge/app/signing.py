"""The port of whatever signs in a person's name."""

from typing import Final, Protocol

from msgspec import Struct

PASSKEY: Final = "passkey"
"""Stands for a key's file where a passkey is meant; behind a colon whose, or the beginning of which."""


def is_passkey(named: str) -> bool:
    """Whether a passkey is named, and no file."""
    return named == PASSKEY or named.startswith(f"{PASSKEY}:")


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

    def keyid(self) -> str:
        """The key's id in the roster: `SHA256:…`, or a passkey's credential id. Raises `SigningError`."""

    def sign(self, payload: bytes) -> Signed:
        """Sign exactly these bytes; the person may be asked for a touch or a passphrase. Raises `SigningError`."""


class NewKey(Signer, Protocol):
    """A key that is to be enrolled, so that its public half is at hand."""

    def public_key(self) -> str:
        """The key as an enrolment states it: as OpenSSH writes it, without a comment, or a passkey's registration.

        Raises:
            SigningError: it cannot be told, or no passkey was made.
        """
