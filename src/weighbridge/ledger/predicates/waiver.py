"""An exception for many changes."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest


class Waiver(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person excepts findings of a rule, below paths or by fingerprint, until a time. Its subject is the ledger."""

    at: datetime
    rule: str
    until: datetime
    personal: Digest
    """Commits to `reason`, which there must be."""
    paths: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()
    writer: str = ""
