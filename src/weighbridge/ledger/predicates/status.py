"""What an external check says."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import ObjectId
from weighbridge.domain.record import StatusState


class Status(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An external check came to something for a tree. Its subject is the ledger."""

    at: datetime
    name: str
    state: StatusState
    tree: ObjectId
    source: str
    commit: ObjectId | None = None
    url: str = ""
