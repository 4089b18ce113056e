"""A step of a rollout."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest
from weighbridge.domain.record import Subject


class RolloutStep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rollout was promoted, held or rolled back at a stage."""

    about: Subject
    at: datetime
    environment: str
    stage: str
    step: str
    """`promote`, `hold` or `roll-back`."""
    plan: Digest | None = None
    analysis: Digest | None = None
    because: str = ""
