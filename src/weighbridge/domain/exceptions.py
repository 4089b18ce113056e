"""Exceptions as a reader sees them: what passes although it is not met, by whose word, for how long."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from weighbridge.domain.ids import EvidenceId, evidence_id


class ExceptionKind(StrEnum):
    """What kind of exception it is."""

    OVERRIDE = "override"
    """Requirements of one change that need not be met."""
    WAIVER = "waiver"
    """Findings that are accepted, in every change."""
    BREAK_GLASS = "break-glass"
    """One change that passed at once, and is reviewed later."""
    BYPASS = "bypass"
    """What reached an environment around the gate: nobody's exception."""


class ExceptionState(StrEnum):
    """Where an exception stands at a time."""

    IN_FORCE = "in-force"
    REVIEW_DUE = "review-due"
    """The glass is broken, and its review is still to come."""
    REVIEW_OVERDUE = "review-overdue"
    SEEN = "seen"
    """Nothing was asked: it was found afterwards, or it was said and the policy at hand asks nothing of it."""
    NOT_COUNTED = "not-counted"
    """It was said, and counts for nothing; `why` says why."""
    EXPIRED = "expired"
    REVIEWED = "reviewed"

    @property
    def is_standing(self) -> bool:
        """Whether a reader of any change should know of it."""
        return self in (
            ExceptionState.IN_FORCE,
            ExceptionState.REVIEW_DUE,
            ExceptionState.REVIEW_OVERDUE,
            ExceptionState.SEEN,
        )


class KnownException(Struct, frozen=True, kw_only=True):
    """One exception on record; `until` is when it runs out, or when its review falls due."""

    kind: ExceptionKind
    state: ExceptionState
    what: str
    by: str = ""
    reason: str = ""
    at: datetime | None = None
    until: datetime | None = None
    entry: int | None = None
    is_of_this: bool = False
    """Whether it is about this very change, or covers a finding of it."""
    why: tuple[str, ...] = ()
    """What a reader must know besides: why it does not count, who looked at it since."""

    @property
    def evidence(self) -> EvidenceId:
        """The id prose cites this exception by."""
        return evidence_id("exception", self.kind, self.what, str(self.entry))
