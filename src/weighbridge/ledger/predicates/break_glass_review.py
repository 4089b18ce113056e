"""The review that a broken glass owes."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest
from weighbridge.domain.record import Subject


class BreakGlassReview(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another person reviewed a change that passed by breaking the glass."""

    about: Subject
    at: datetime
    reviews: Digest
    """Of the break-glass statement."""
    personal: Digest | None = None
    """Commits to `reason`: what the review found."""
    writer: str = ""
