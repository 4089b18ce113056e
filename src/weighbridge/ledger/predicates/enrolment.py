"""A key that speaks for a person from now on."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest


class Enrolment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person who is enrolled says that this key is another person's. Its subject is the ledger."""

    at: datetime
    key: str
    """The public key as OpenSSH writes it, or the JSON that a browser gives after a passkey's registration."""
    fingerprint: str
    """`SHA256:…`, or the passkey's credential id."""
    personal: Digest
    """Commits to `principal` and other names of the person."""
    authenticator: str = ""
    """The model (AAGUID) of a passkey or security key that attested itself."""
    writer: str = ""
