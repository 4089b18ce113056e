"""What a gate came to."""

from datetime import datetime

from msgspec import Struct

from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import Digest, EvidenceId, ObjectId
from weighbridge.domain.record import Subject


class RequirementState(Struct, frozen=True, kw_only=True):
    """One requirement by its evidence id, and its state."""

    requirement: EvidenceId
    rule: str
    state: GateState


class Decision(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A gate was asked, with all that had been said by then."""

    about: Subject
    at: datetime
    state: GateState
    policy: str
    requirements: tuple[RequirementState, ...] = ()
    relied_on: tuple[Digest, ...] = ()
    """The statements without which it would be another, what checks came to that conditions read among them."""
    environment: str = ""
    expires: datetime | None = None
    tool: str = ""
    commits: tuple[ObjectId, ...] = ()
    """The newest commits of the change: whoever rejects one of them rejects the change, also afterwards."""
    not_separated: tuple[str, ...] = ()
    """What one person did that takes two, where a policy lets them: in words without a name."""
