"""Approvals that hold for another tree."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest, EvidenceId
from weighbridge.domain.record import Subject


class CarryOver(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was approved stands in another tree (a merge, a queue), and policy lets its approvals hold there."""

    about: Subject
    at: datetime
    earlier: Subject
    approvals: tuple[Digest, ...]
    policy: str
    gone: tuple[EvidenceId, ...] = ()
    """What the earlier decision cites and the new one does not; nothing may be added."""
