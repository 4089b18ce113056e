"""How a revision came to stand on a protected branch: SLSA's source provenance.

SLSA leaves its form to whoever makes it and asks that it be documented; this is ours.
"""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Subject


class Control(Struct, frozen=True, kw_only=True):
    """Something that was enforced while the revision was made, and since when without a gap."""

    name: str
    since: datetime | None = None


class SourceProvenance(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change became a revision of a protected branch after its gate was satisfied."""

    about: Subject
    at: datetime
    repository: str
    """As `git+https://…`, without credentials."""
    branch: str
    """In full: `refs/heads/main`."""
    previous: ObjectId | None = None
    """The revision that stood there before."""
    controls: tuple[Control, ...] = ()
    decision: Digest | None = None
    """Of the statement that the gate was satisfied."""
    approvals: tuple[Digest, ...] = ()
