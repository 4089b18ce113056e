"""What may enter an environment."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Subject


class Admission(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A commit was let into an environment, on the proof that is named. `about` goes from what was there to what enters."""

    about: Subject
    at: datetime
    environment: str
    links: tuple[Digest, ...]
    """The decisions that prove it, newest first."""
    trusted: ObjectId | None = None
    """The commit whose documents decided."""
    image: Digest | None = None
    expires: datetime | None = None
    """When the first of what it rests on runs out."""
    tool: str = ""
