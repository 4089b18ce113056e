"""A person's verdict on a change."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest
from weighbridge.domain.record import Subject, Verdict


class Approval(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person approves of a change, rejects it, or comments on it."""

    about: Subject
    at: datetime
    verdict: Verdict
    read_for: int | None = None
    """Seconds the page stood open before the verdict, where that was measured."""
    asked_of_agent: bool = False
    """The person says that they asked an agent for this change."""
    personal: Digest | None = None
    """Commits to `reason`."""
    writer: str = ""
