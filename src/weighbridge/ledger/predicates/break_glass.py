"""A change that passes now and is reviewed later."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest
from weighbridge.domain.record import Subject


class BreakGlass(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person lets a change pass at once, answers for it, and owes a review."""

    about: Subject
    at: datetime
    review_due: datetime
    personal: Digest
    """Commits to `reason`, which there must be."""
    writer: str = ""
