"""An exception for one change."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest, EvidenceId
from weighbridge.domain.record import Subject


class Override(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person lets one change pass without these requirements, for a reason and until a time."""

    about: Subject
    at: datetime
    requirements: tuple[EvidenceId, ...]
    until: datetime
    personal: Digest
    """Commits to `reason`, which there must be."""
    writer: str = ""
