"""A gate that was decided, with what people said since: for whoever is about to say something, not for whoever gates.

Approvals, code owners, findings with their waivers, rejections, owed reviews, overrides and broken glass are judged anew
by the same rules as the gate's, and whatever combines them. Conditions, documents, checks, windows and who knows a
component are as they were decided: to judge those takes the change itself. What conditions came to is kept beside the
gate; packages of earlier versions have only what the gate says of it.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.gate import EXCEPTED, Gate, GateState, Requirement, RequirementKind, leaves
from weighbridge.domain.ids import EvidenceId
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.package import Answers
from weighbridge.policy.case import Asked, Case, Holds, untold
from weighbridge.policy.combine import state_of
from weighbridge.policy.condition import Condition
from weighbridge.policy.exceptions import DUE_RULE, bypassed, overridden, reviews_due
from weighbridge.policy.firm import held_firm
from weighbridge.policy.gate import FINDINGS_RULE
from weighbridge.policy.judge.approvals import REJECTION_RULE, judge_approvals, judge_rejections
from weighbridge.policy.judge.findings import blocking_need, judge_findings
from weighbridge.policy.judge.knowledge import knows_alone
from weighbridge.policy.judge.looks import BY_A_READER, UNREAD_RULE, judge_reading
from weighbridge.policy.judge.need import SERVES_ITSELF, combined, judge_one
from weighbridge.policy.judge.stamps import STAMP_RULE, judge_stamps
from weighbridge.policy.needs import (
    ApprovalNeed,
    CheckNeed,
    DocumentNeed,
    LoadTestNeed,
    Need,
    RolloutNeed,
    WaitNeed,
    needs_within,
)
from weighbridge.policy.policy import Policy, conditions_of

_STANDS: Final = (CheckNeed, LoadTestNeed, RolloutNeed, WaitNeed, DocumentNeed)
"""Needs whose requirements stand as they were decided."""
_SAY_WHY: Final = frozenset(
    {RequirementKind.APPROVAL, RequirementKind.ALL, RequirementKind.ANY, RequirementKind.AT_LEAST}
)
_ByEvidence = Mapping[EvidenceId, deque[Requirement]]
_ANEW: Final = frozenset({REJECTION_RULE, DUE_RULE, STAMP_RULE})
"""Rules of the gate's own, whose requirements come and go with what is said."""

Asking = Mapping[EvidenceId, tuple[ApprovalNeed, str]]
"""What each requirement of an approval asks for, and by which rule."""


def answers_of(case: Case) -> Answers:
    """What the conditions of its policy come to, for whoever asks the gate anew without the change at hand."""
    told = {condition.text: case.holds(condition) for _, condition in conditions_of(case.policy)}
    return Answers(
        held=tuple(text for text, answer in told.items() if answer is True),
        untold=tuple(text for text, answer in told.items() if isinstance(answer, CouldNotLook)),
    )


def case_since(gate: Gate, case: Case, *, answers: Answers | None = None) -> Case:
    """The case before a gate that was decided: conditions come to what they did, and firm rules leave it as they do."""
    known = (
        answers
        if answers is not None
        else Answers(
            held=(*_held_by_rules(gate, case.policy), *_held_by_counts(gate, case)),
            untold=tuple(_left_open(gate, case.policy)),
        )
    )
    return held_firm(replace(case, holds=_as_told(known)))


def gate_since(gate: Gate, case: Case) -> Gate:
    """The gate as it stands with what `case` holds on record, which is as `case_since` makes it."""
    anew = _by_evidence(_anew(gate, case))
    asked = tuple(_taken(anew, need.evidence) or _undone(need) for need in gate.requirements if need.rule not in _ANEW)
    more = (*judge_stamps(case, asked), *judge_rejections(case), *reviews_due(case))
    requirements = tuple(bypassed((overridden(each, case) for each in (*asked, *more)), case))
    if gate.state is GateState.NOT_APPLICABLE:
        return gate
    return replace(gate, state=state_of(requirements), requirements=requirements)


def approval_needs(gate: Gate, case: Case) -> Asking:
    """The need behind each requirement of approvals in `gate`, by its evidence id."""
    wanted = {need.evidence for need in leaves(gate.requirements) if need.kind is RequirementKind.APPROVAL}
    found: dict[EvidenceId, tuple[ApprovalNeed, str]] = {}
    for rule, need in _needs(gate, case):
        if isinstance(need, ApprovalNeed) and not knows_alone(need):
            evidence = judge_approvals(need, case, asked=Asked(rule=rule, because=())).evidence
            if evidence in wanted:
                found.setdefault(evidence, (need, rule))
    return found | {need.evidence: (BY_A_READER, need.rule) for need in gate.requirements if _is_of_readers(need)}


def wanted_words(gate: Gate) -> tuple[str, ...]:
    """What open requirements want an approver to have written, each once."""
    waiting = [need for need in leaves(gate.open) if need.is_open and need.words]
    return tuple(dict.fromkeys(need.words for need in waiting))


def _as_told(answers: Answers) -> Holds:
    held, unknown = frozenset(answers.held), frozenset(answers.untold)

    def holds(condition: Condition) -> bool | CouldNotLook:
        return untold(condition) if condition.text in unknown else condition.text in held

    return holds


def _held_by_rules(gate: Gate, policy: Policy) -> Iterator[str]:
    """The conditions of rules that held, where nobody kept them: a rule that asked for nothing is taken not to have applied."""
    asking = {need.rule for need in gate.requirements}
    yield from (rule.when.text for rule in policy.rules if rule.when is not None and rule.name in asking)


def _left_open(gate: Gate, policy: Policy) -> Iterator[str]:
    """The conditions of rules that a decision leaves to whoever asks with a time."""
    open_ = {need.rule for need in gate.requirements if need.kind is RequirementKind.CONDITION}
    yield from (rule.when.text for rule in policy.rules if rule.when is not None and rule.name in open_)


def _held_by_counts(gate: Gate, case: Case) -> Iterator[str]:
    """The same of those that give a number of approvals: the requirement's id holds the number."""
    decided = {need.evidence for need in leaves(gate.requirements)}

    def is_decided(need: ApprovalNeed, rule: str, *, count: int) -> bool:
        asked = Asked(rule=rule, because=())
        return judge_approvals(replace(need, count=count, count_when=()), case, asked=asked).evidence in decided

    for rule, need in _needs(gate, case):
        if isinstance(need, ApprovalNeed) and need.count_when and not is_decided(need, rule, count=need.count):
            yield from [each.when.text for each in need.count_when if is_decided(need, rule, count=each.count)][:1]


def _anew(gate: Gate, case: Case) -> Iterator[Requirement]:
    """What the gate asked for, judged now as far as it can be, in the order in which it was asked for."""
    if blocking := judge_findings(blocking_need(case.policy), case, asked=Asked(rule=FINDINGS_RULE, because=())):
        yield blocking
    for unread in filter(_is_of_readers, gate.requirements):
        yield judge_reading(case, ask=unread.ask, because=unread.because)
    serves_itself = any(SERVES_ITSELF in need.because for need in _within(gate.requirements))
    for rule, needs in _asking(gate, case):
        kept = tuple(_within(need for need in gate.requirements if need.rule == rule))
        is_served = serves_itself and not rule.startswith("environment:")
        asked = Asked(rule=rule, because=_because(kept), serves_itself=is_served)
        judge = partial(_one, case=case, asked=asked, kept=kept, turns=_by_evidence(kept))
        for need in needs:
            yield from combined(need, asked=asked, judge=judge)


def _is_of_readers(need: Requirement) -> bool:
    """Whether it asks a person to read what nothing here reads."""
    return (need.rule, need.kind) == (UNREAD_RULE, RequirementKind.APPROVAL)


def _one(
    need: Need, *, case: Case, asked: Asked, kept: Sequence[Requirement], turns: _ByEvidence
) -> Iterator[Requirement]:
    """What a need comes to: judged now, or as the gate has it where that takes the change, its documents or its checks."""
    if isinstance(need, ApprovalNeed) and knows_alone(need):
        yield from [each for each in kept if each.kind is RequirementKind.APPROVAL and each.parts][:1]
        return
    for judged in judge_one(need, case, asked=asked):
        if isinstance(need, _STANDS):
            yield _taken(turns, judged.evidence) or judged
        else:
            yield replace(judged, because=tuple(dict.fromkeys(judged.because)))


def _because(kept: Sequence[Requirement]) -> tuple[str, ...]:
    """Why a rule applies, which all say that it asks for; some say more."""
    because = min((need.because for need in kept if need.kind in _SAY_WHY), key=len, default=())
    return tuple(words for words in because if words != SERVES_ITSELF)


def _asking(gate: Gate, case: Case) -> Iterator[tuple[str, tuple[Need, ...]]]:
    """What the rules ask for that apply to the change, as its decision says, and the environment that it is to enter."""
    rules = {need.rule for need in gate.requirements}
    yield from ((rule.name, rule.require) for rule in case.policy.rules if rule.name in rules)
    places = ((f"environment:{name}", place.require) for name, place in case.policy.environments.items())
    yield from ((name, needs) for name, needs in places if name in rules)


def _needs(gate: Gate, case: Case) -> Iterator[tuple[str, Need]]:
    """Every need of these, those inside others too."""
    for rule, needs in _asking(gate, case):
        yield from ((rule, need) for need in needs_within(needs))


def _within(requirements: Iterable[Requirement]) -> Iterator[Requirement]:
    """These, and all that they combine."""
    for need in requirements:
        yield need
        yield from _within(need.parts)


def _by_evidence(requirements: Iterable[Requirement]) -> _ByEvidence:
    found: dict[EvidenceId, deque[Requirement]] = {}
    for need in requirements:
        found.setdefault(need.evidence, deque()).append(need)
    return found


def _taken(requirements: _ByEvidence, evidence: EvidenceId) -> Requirement | None:
    """The next that is asked for alike: of one rule that asks twice in the same words, each has its turn."""
    alike = requirements.get(evidence)
    return alike.popleft() if alike else None


def _undone(need: Requirement) -> Requirement:
    """The requirement without the exceptions that once passed it: they are looked at anew."""
    if need.state in EXCEPTED:
        return replace(need, state=GateState.UNSATISFIED, met_by=())
    return need
