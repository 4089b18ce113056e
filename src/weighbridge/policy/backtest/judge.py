"""What a policy would have asked of one past change, counted."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from weighbridge.domain.gate import GateState, Level, Requirement, RequirementKind
from weighbridge.domain.owners import Ownership
from weighbridge.policy.backtest.past_change import PastChange, case_before
from weighbridge.policy.case import Case
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.needs import (
    AllNeed,
    AnyNeed,
    ApprovalNeed,
    Group,
    GroupKind,
    Need,
    OwnersNeed,
    SomeNeed,
)
from weighbridge.policy.policy import Policy

_OWNERS = (Group(GroupKind.OWNERS),)


class Asks(StrEnum):
    """What a requirement would have taken."""

    RESOLVE = "resolve"
    """A finding that blocks: the change as it was would have been stopped."""
    LOOK = "look"
    """Something that must be looked at and could not be."""
    APPROVAL = "approval"
    DOCUMENT = "document"
    TIME = "time"
    CHECK = "check"


class Verdict(StrEnum):
    """What would have become of a change, the worst first."""

    STOPPED = "stopped"
    UNDECIDED = "could not decide"
    DELAYED = "delayed"
    """It would have waited for people, documents, checks or time."""
    PASSED = "passed"


class Judged(Struct, frozen=True, kw_only=True):
    """What one policy would have asked of one change: by rule, and how many approvals by how many people at least."""

    past: PastChange
    level: Level
    asks: dict[str, tuple[Asks, ...]]
    approvals: int
    people: int
    blind: tuple[str, ...] = ()
    """Why what could not be decided could not be, each with its rule."""

    @property
    def verdict(self) -> Verdict:
        """What would have become of it."""
        kinds = self.kinds
        if Asks.RESOLVE in kinds:
            return Verdict.STOPPED
        if Asks.LOOK in kinds:
            return Verdict.UNDECIDED
        return Verdict.DELAYED if kinds else Verdict.PASSED

    @property
    def kinds(self) -> frozenset[Asks]:
        """Everything asked, whoever asks it."""
        return frozenset(kind for kinds in self.asks.values() for kind in kinds)

    @property
    def documents(self) -> int:
        """How many documents were asked for."""
        return sum(kinds.count(Asks.DOCUMENT) for kinds in self.asks.values())


def judge_past(past: PastChange, policy: Policy) -> Judged:
    """What `policy` would have asked of `past`."""
    case = case_before(past, policy)
    gate = decide_gate(case)
    asks: dict[str, tuple[Asks, ...]] = {}
    for requirement in gate.requirements:
        if requirement.is_open:
            asks[requirement.rule] = (*asks.get(requirement.rule, ()), *_asks(requirement))
    blind = (f"{need.rule}: {why}" for need in gate.open for why in _untold(need))
    wanted = [_people(need, case) for rule in policy.rules if rule.name in asks for need in rule.require]
    return Judged(
        past=past,
        level=gate.level,
        asks=asks,
        approvals=sum(wanted),
        people=max((0, *wanted)),
        blind=tuple(dict.fromkeys(blind)),
    )


def _asks(requirement: Requirement) -> Iterator[Asks]:
    if requirement.parts and requirement.kind is not RequirementKind.APPROVAL:
        yield from dict.fromkeys(kind for part in requirement.parts if part.is_open for kind in _asks(part))
        return
    match requirement.kind:
        case RequirementKind.FINDINGS:
            yield Asks.RESOLVE
        case RequirementKind.CODE_OWNERS if requirement.state is GateState.ERROR and not requirement.cites:
            yield Asks.LOOK  # nobody could tell who owns anything
        case RequirementKind.APPROVAL | RequirementKind.CODE_OWNERS | RequirementKind.DUE:
            yield Asks.APPROVAL
        case RequirementKind.DOCUMENT:
            yield Asks.DOCUMENT
        case RequirementKind.TIME:
            yield Asks.TIME
        case RequirementKind.LOOK | RequirementKind.CONDITION:
            yield Asks.LOOK
        case _:
            yield Asks.LOOK if requirement.state is GateState.ERROR else Asks.CHECK


def _untold(requirement: Requirement) -> Iterator[str]:
    """Why it could not be told: the last of its reasons, for those before it say why it is asked."""
    parts = [part for part in requirement.parts if part.is_open and Asks.LOOK in _asks(part)]
    if parts:
        for part in parts:
            yield from _untold(part)
    elif Asks.LOOK in _asks(requirement):
        yield requirement.because[-1] if requirement.because else requirement.ask


def _people(need: Need, case: Case) -> int:
    """How many people's approvals a need takes at least; as many as it says where a count could not be told."""
    match need:
        case ApprovalNeed(by=by) if by == _OWNERS and not case.document.owners:
            people = 0
        case ApprovalNeed():
            counts = (other.count for other in need.count_when if case.holds(other.when) is True)
            people = next(counts, need.count)
        case OwnersNeed():
            people = 1 if isinstance(case.ownership, Ownership) and case.ownership.groups else 0
        case AllNeed(of=parts):
            people = sum(_people(part, case) for part in parts)
        case AnyNeed(of=parts):
            people = min(_people(part, case) for part in parts)
        case SomeNeed(count=count, of=parts):
            people = sum(sorted(_people(part, case) for part in parts)[:count])
        case _:
            people = 0
    return people
