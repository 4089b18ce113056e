"""A key that speaks for nobody any more."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest


class Revocation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A key is not to be believed any more. Its subject is the ledger."""

    at: datetime
    fingerprint: str
    """Of a person's key, or a writer's verifier key as it is written."""
    since: datetime | None = None
    """When it may have come into other hands; nothing it signed after that is believed."""
    personal: Digest | None = None
    """Commits to `reason`."""
    writer: str = ""
    cause: str = "unknown"
    """`left`, `replaced`, `lost`, `stolen` or `unknown`; with any but the first two, what the key vouched for falls too."""
