"""A change was weighed."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.gate import GateState, Level
from weighbridge.domain.ids import Digest
from weighbridge.domain.record import Subject


class PackageDecision(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change was weighed: the decision that approvals bind to, and what it came to before anybody approved."""

    about: Subject
    at: datetime
    state: GateState
    level: Level
    policy: str
    package: Digest | None = None
    """Of the stored review package, bytes as they lie there."""
    tool: str = ""
    """Name and version of what weighed it."""
