"""What reached an environment around the gate."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest, ObjectId


class Bypass(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A commit or image runs in an environment, and no satisfied gate is recorded for it. Its subject is the ledger."""

    at: datetime
    environment: str
    source: str
    """Where it was seen: a list of what is deployed, a cluster, a forge's merge."""
    commit: ObjectId | None = None
    tree: ObjectId | None = None
    image: Digest | None = None
    missing: str = ""
    """The first link of the proof that is missing."""
