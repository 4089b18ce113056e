"""The gate: what a change still needs before it may pass, and the state that follows."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import EvidenceId, evidence_id


class GateState(StrEnum):
    """The six states of a gate, and of each requirement."""

    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"
    NOT_APPLICABLE = "not-applicable"
    OVERRIDDEN = "overridden"
    BYPASSED = "bypassed"
    ERROR = "error"

    @property
    def is_open(self) -> bool:
        """Whether it still stands in the way."""
        return self in (GateState.UNSATISFIED, GateState.ERROR)


class RequirementKind(StrEnum):
    """What a requirement asks for."""

    FINDINGS = "findings"
    APPROVAL = "approval"
    DOCUMENT = "document"
    LOOK = "look"
    """Something that could not look must look, or be accepted by name."""
    CODE_OWNERS = "code-owners"
    CHECK = "check"
    """What a scanner, a test run or another system says."""
    ROLLOUT = "rollout"
    LOAD_TEST = "load-test"
    TIME = "time"
    """A window that is closed, or time that must pass first."""
    CONDITION = "condition"
    """Whether a rule applies, where that could not be told."""
    DUE = "due"
    """A review that somebody owes of what they passed before it was reviewed."""
    ALL = "all"
    ANY = "any"
    AT_LEAST = "at-least"


EXCEPTED: Final = frozenset({GateState.OVERRIDDEN, GateState.BYPASSED})
"""States of what passes although it is not met."""

BY_PEOPLE: Final = frozenset(
    {RequirementKind.APPROVAL, RequirementKind.CODE_OWNERS, RequirementKind.DOCUMENT, RequirementKind.DUE}
)
"""What people's words on the ledger meet."""


class Requirement(Struct, frozen=True, kw_only=True):
    """One thing a policy rule asks of this change: its state, what would satisfy it, and why it is asked."""

    kind: RequirementKind
    rule: str
    state: GateState
    ask: str
    because: tuple[str, ...]
    cites: tuple[EvidenceId, ...] = ()
    parts: tuple["Requirement", ...] = ()
    """Of `all`, `any` and `at-least`: what they combine."""
    met_by: tuple[str, ...] = ()
    """Who or what met it, in words."""
    not_counted: tuple[str, ...] = ()
    """What was given for it and did not count, each with the reason, in words."""
    words: str = ""
    """What whoever gives it must have written in so many words, if anything."""

    @property
    def evidence(self) -> EvidenceId:
        """The id prose cites this requirement by."""
        return evidence_id("requirement", self.kind, self.rule, self.ask)

    @property
    def is_open(self) -> bool:
        """Whether it still stands in the way."""
        return self.state.is_open


def leaves(requirements: Iterable[Requirement]) -> Iterator[Requirement]:
    """These requirements, with what they combine in the place of those that combine any."""
    for need in requirements:
        yield from leaves(need.parts) if need.parts else (need,)


class Level(StrEnum):
    """How much a change is weighed at."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Gate(Struct, frozen=True, kw_only=True):
    """The decision on one change: its state, its level with the reasons, and every requirement."""

    state: GateState
    level: Level
    reasons: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    policy: str
    report_only: bool = False

    @property
    def open(self) -> tuple[Requirement, ...]:
        """The requirements that still stand in the way."""
        return tuple(r for r in self.requirements if r.is_open)
