"""What broke, or nearly did."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest, ObjectId


class Incident(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An incident, a near miss or a drill, with the changes behind it. Its subject is the ledger."""

    at: datetime
    kind: str
    """`incident`, `near-miss` or `drill`."""
    key: str
    """Its name where incidents are kept."""
    severity: str = ""
    began: datetime | None = None
    ended: datetime | None = None
    commits: tuple[ObjectId, ...] = ()
    decisions: tuple[Digest, ...] = ()
    personal: Digest | None = None
    """Commits to its title and text."""
