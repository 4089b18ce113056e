"""One need judged, whatever its kind; what combines others has them as its parts.

A change that serves itself into an environment is asked for nothing that people give, wherever that stands: a need of
people alone, combined or not, is not asked. Where people's words and machines' are combined, what machines tell is still
asked: as many of those as were asked for, or all there are. People's words in their place count as before.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.policy.case import Asked, Case
from weighbridge.policy.combine import PASSED, all_of, any_of, at_least
from weighbridge.policy.judge.anchors import judge_anchors
from weighbridge.policy.judge.approvals import judge_approvals
from weighbridge.policy.judge.checks import judge_check, judge_load_test, judge_rollout
from weighbridge.policy.judge.disclosure import judge_disclosure
from weighbridge.policy.judge.findings import judge_findings, judge_scanned
from weighbridge.policy.judge.knowledge import judge_knowledge, knows_alone
from weighbridge.policy.judge.owners import judge_owners
from weighbridge.policy.judge.papers import judge_document
from weighbridge.policy.judge.times import judge_wait
from weighbridge.policy.needs import (
    AllNeed,
    AnchoredNeed,
    AnyNeed,
    ApprovalNeed,
    CheckNeed,
    DisclosureNeed,
    DocumentNeed,
    FindingsNeed,
    LoadTestNeed,
    Need,
    OwnersNeed,
    RolloutNeed,
    ScannedNeed,
    SomeNeed,
    WaitNeed,
    is_by_people,
)

Judge = Callable[[Need], Iterable[Requirement]]
"""What a need comes to that combines no others."""
SERVES_ITSELF: Final = "a low change serves itself there: it takes nobody's word, and what machines tell of these"


def judge_need(need: Need, case: Case, *, asked: Asked) -> Iterator[Requirement]:
    """What `need` comes to: nothing where there is nothing to ask, several where it speaks of several things."""
    return combined(need, asked=asked, judge=lambda one: judge_one(one, case, asked=asked))


def combined(need: Need, *, asked: Asked, judge: Judge) -> Iterator[Requirement]:
    """The same, where `judge` says what each of those comes to that `need` combines, or it by itself."""
    if asked.serves_itself and is_by_people(need):
        return
    yield from _combined(need, asked=asked, judge=judge)


def _combined(need: Need, *, asked: Asked, judge: Judge) -> Iterator[Requirement]:
    match need:
        case AllNeed(of=parts):
            yield _of_parts(RequirementKind.ALL, parts, asked=asked, judge=judge)
        case AnyNeed(of=parts):
            yield _of_parts(RequirementKind.ANY, parts, asked=asked, judge=judge)
        case SomeNeed(of=parts, count=count):
            yield _of_parts(RequirementKind.AT_LEAST, parts, asked=asked, judge=judge, count=count)
        case _:
            yield from judge(need)


def judge_one(need: Need, case: Case, *, asked: Asked) -> Iterator[Requirement]:
    """What a need comes to that combines no others."""
    match need:
        case ApprovalNeed() | OwnersNeed() | DocumentNeed() | DisclosureNeed():
            return _of_people(need, case, asked=asked)
        case AllNeed() | AnyNeed() | SomeNeed():
            return judge_need(need, case, asked=asked)
        case _:
            return _of_machines(need, case, asked=asked)


def _of_people(
    need: ApprovalNeed | OwnersNeed | DocumentNeed | DisclosureNeed, case: Case, *, asked: Asked
) -> Iterator[Requirement]:
    match need:
        case ApprovalNeed():
            yield (
                judge_knowledge(need, case, asked=asked)
                if knows_alone(need)
                else judge_approvals(need, case, asked=asked)
            )
        case OwnersNeed():
            yield from judge_owners(need, case, asked=asked)
        case DocumentNeed():
            yield judge_document(need, case, asked=asked)
        case DisclosureNeed():
            yield from filter(None, (judge_disclosure(case, asked=asked),))


def _of_machines(
    need: CheckNeed | LoadTestNeed | RolloutNeed | WaitNeed | ScannedNeed | FindingsNeed | AnchoredNeed,
    case: Case,
    *,
    asked: Asked,
) -> Iterator[Requirement]:
    match need:
        case AnchoredNeed():
            yield judge_anchors(case, asked=asked)
        case CheckNeed():
            yield judge_check(need, case, asked=asked)
        case LoadTestNeed():
            yield judge_load_test(need, case, asked=asked)
        case RolloutNeed():
            yield judge_rollout(need, case, asked=asked)
        case WaitNeed():
            yield judge_wait(need, case, asked=asked)
        case ScannedNeed():
            yield from judge_scanned(need, case, asked=asked)
        case FindingsNeed():
            yield from filter(None, (judge_findings(need, case, asked=asked),))


def _of_parts(
    kind: RequirementKind, of: tuple[Need, ...], *, asked: Asked, judge: Judge, count: int = 1
) -> Requirement:
    """Parts combined. A part that asks for nothing is met where that was looked at (no finding to resolve, no analysis that
    did not look), and does not apply where there is nobody to ask (no owner, no rule of disclosure that was broken).
    """
    found = [list(_combined(each, asked=asked, judge=judge)) or [_nothing(each, asked)] for each in of]
    asks = [part.ask for judged in found for part in judged]
    state = _state(kind, found, count=count)
    because = asked.because
    by_people = [is_by_people(each) for each in of] if asked.serves_itself else []
    if any(by_people) and not all(by_people):
        because = (*because, SERVES_ITSELF)
        told = [judged for judged, is_theirs in zip(found, by_people, strict=True) if not is_theirs]
        served = _state(kind, told, count=min(count, len(told)))
        if served in PASSED or kind is RequirementKind.ALL:
            pairs = zip(found, by_people, strict=True)
            found = [[_left_out(part) for part in judged] if is_theirs else judged for judged, is_theirs in pairs]
            state = served
    parts = tuple(part for judged in found for part in judged)
    return Requirement(
        kind=kind,
        rule=asked.rule,
        state=state,
        ask=_ask(kind, asks, count=count),
        because=because,
        cites=tuple(cited for part in parts if part.is_open for cited in part.cites),
        parts=parts,
    )


def _state(kind: RequirementKind, found: Sequence[Sequence[Requirement]], *, count: int) -> GateState:
    """What needs combined come to, each of which may have asked for several things."""
    states = [all_of([part.state for part in judged]) for judged in found]
    match kind:
        case RequirementKind.ALL:
            return all_of(states)
        case RequirementKind.ANY:
            return any_of(states)
        case _:
            return at_least(count, states)


def _ask(kind: RequirementKind, asks: Sequence[str], *, count: int) -> str:
    match kind:
        case RequirementKind.ALL:
            return "; ".join(asks)
        case RequirementKind.ANY:
            return "one of: " + "; or ".join(asks)
        case _:
            return f"{count} of: " + "; or ".join(asks)


def _left_out(part: Requirement) -> Requirement:
    """What people would have given, and nobody is asked for."""
    return replace(
        part,
        state=GateState.NOT_APPLICABLE,
        because=(SERVES_ITSELF,),
        parts=tuple(map(_left_out, part.parts)),
        met_by=(),
        not_counted=(),
        cites=(),
    )


def _nothing(need: Need, asked: Asked) -> Requirement:
    """What a need comes to that asks for nothing here, as a part of another."""
    match need:
        case OwnersNeed():
            kind, state, ask = RequirementKind.CODE_OWNERS, GateState.NOT_APPLICABLE, "code owners: it has none"
        case FindingsNeed():
            kind, state, ask = RequirementKind.FINDINGS, GateState.SATISFIED, "no finding to resolve"
        case ScannedNeed():
            kind, state, ask = RequirementKind.LOOK, GateState.SATISFIED, "every analysis that must look did"
        case _:
            kind, state, ask = (
                RequirementKind.DOCUMENT,
                GateState.NOT_APPLICABLE,
                "disclosure: no rule of it was broken",
            )
    return Requirement(kind=kind, rule=asked.rule, state=state, ask=ask, because=asked.because)
