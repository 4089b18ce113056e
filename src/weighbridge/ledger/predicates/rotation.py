"""A key that takes another's place."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest


class Rotation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One key takes another's place; both sign it. Its subject is the ledger.

    Keys are fingerprints with the new public key, or verifier keys of writers as they are written.
    """

    at: datetime
    old: str
    new: str
    key: str = ""
    """The new public key, where `new` is a fingerprint."""
    personal: Digest | None = None
    writer: str = ""
