"""A gate that was decided, with what people said since: for whoever is about to say something, not for whoever gates.

Approvals, code owners, waivers, rejections, owed reviews, overrides and broken glass are judged anew by the same rules as
the gate's. Conditions, documents, checks and windows are as they were decided: to judge those takes the change itself.
A firm rule is in force where the decision names it.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.gate import EXCEPTED, Gate, GateState, Requirement, RequirementKind, leaves
from weighbridge.domain.ids import EvidenceId
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.case import Asked, Case, Holds, untold
from weighbridge.policy.combine import all_of, any_of, at_least, state_of
from weighbridge.policy.condition import Condition
from weighbridge.policy.exceptions import DUE_RULE, bypassed, overridden, reviews_due
from weighbridge.policy.firm import held_firm
from weighbridge.policy.judge.approvals import judge_approvals, judge_rejections
from weighbridge.policy.judge.findings import blocking_need, judge_findings
from weighbridge.policy.judge.knowledge import knows_alone
from weighbridge.policy.judge.owners import judge_owners
from weighbridge.policy.judge.stamps import STAMP_RULE, judge_stamps
from weighbridge.policy.needs import ApprovalNeed, FindingsNeed, Need, OwnersNeed, needs_within
from weighbridge.policy.policy import Policy

_ANEW: Final = frozenset({"rejections", DUE_RULE, STAMP_RULE})
"""Rules of the gate's own, whose requirements come and go with what is said."""

Asking = Mapping[EvidenceId, tuple[ApprovalNeed, str]]
"""What each requirement of an approval asks for, and by which rule."""


def case_since(gate: Gate, case: Case) -> Case:
    """The case before a gate that was decided: its rules' conditions hold as they did, and firm rules leave it as they do."""
    return held_firm(replace(case, holds=_as_it_was(gate, case.policy)))


def gate_since(gate: Gate, case: Case) -> Gate:
    """The gate as it stands with what `case` holds on record, which is as `case_since` makes it."""
    anew = dict(_anew(gate, case))
    asked = tuple(_judged(need, anew) for need in gate.requirements if need.rule not in _ANEW)
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
            for variant in _variants(need):
                evidence = judge_approvals(variant, case, asked=Asked(rule=rule, because=())).evidence
                if evidence in wanted:
                    found.setdefault(evidence, (variant, rule))
    return found


def wanted_words(gate: Gate) -> tuple[str, ...]:
    """What open requirements want an approver to have written, each once."""
    waiting = [need for need in leaves(gate.open) if need.is_open and need.words]
    return tuple(dict.fromkeys(need.words for need in waiting))


def _as_it_was(gate: Gate, policy: Policy) -> Holds:
    """Whether the condition of a rule held: a rule that asked for nothing is taken not to have applied."""
    asking = {need.rule for need in gate.requirements}
    known = {rule.when.text for rule in policy.rules if rule.when is not None}
    held = {rule.when.text for rule in policy.rules if rule.when is not None and rule.name in asking}

    def holds(condition: Condition) -> bool | CouldNotLook:
        return condition.text in held if condition.text in known else untold(condition)

    return holds


def _anew(gate: Gate, case: Case) -> Iterator[tuple[EvidenceId, Requirement]]:
    """Requirements of people and of findings, judged now, by their evidence ids."""
    because = {need.evidence: need.because for need in leaves(gate.requirements)}
    for evidence, (approval, rule) in approval_needs(gate, case).items():
        yield evidence, judge_approvals(approval, case, asked=Asked(rule=rule, because=because[evidence]))
    for rule, need in _needs(gate, case):
        if isinstance(need, OwnersNeed) and not isinstance(case.ownership, CouldNotLook | None):
            for judged in judge_owners(need, case, asked=Asked(rule=rule, because=())):
                yield judged.evidence, judged
        if isinstance(need, FindingsNeed) and (found := judge_findings(need, case, asked=Asked(rule=rule, because=()))):
            yield found.evidence, found
    blocking = blocking_need(case.policy)
    for rule in {need.rule for need in gate.requirements if need.kind is RequirementKind.FINDINGS}:
        if found := judge_findings(blocking, case, asked=Asked(rule=rule, because=())):
            yield found.evidence, found


def _needs(gate: Gate, case: Case) -> Iterator[tuple[str, Need]]:
    """The needs of the rules that apply to the change, as its decision says, and of the environment it is to enter."""
    rules = {need.rule for need in gate.requirements}
    for rule in case.policy.rules:
        if rule.name in rules:
            yield from ((rule.name, need) for need in needs_within(rule.require))
    for name, environment in case.policy.environments.items():
        if f"environment:{name}" in rules:
            yield from ((f"environment:{name}", need) for need in needs_within(environment.require))


def _variants(need: ApprovalNeed) -> Iterator[ApprovalNeed]:
    """The need with each number that its conditions could have given it: the decision says which it was."""
    for count in dict.fromkeys((need.count, *(other.count for other in need.count_when))):
        yield replace(need, count=count, count_when=())


def _judged(need: Requirement, anew: Mapping[EvidenceId, Requirement]) -> Requirement:
    if need.parts:
        parts = tuple(_judged(part, anew) for part in need.parts)
        if parts == need.parts:
            return _undone(need)
        return replace(need, parts=parts, state=_combined(need, parts))
    judged = anew.get(need.evidence)
    if judged is None:
        return _undone(need)
    return judged


def _undone(need: Requirement) -> Requirement:
    """The requirement without the exceptions that once passed it: they are looked at anew."""
    if need.state in EXCEPTED:
        return replace(need, state=GateState.UNSATISFIED, met_by=())
    return need


def _combined(need: Requirement, parts: tuple[Requirement, ...]) -> GateState:
    states = [part.state for part in parts]
    match need.kind:
        case RequirementKind.ALL:
            return all_of(states)
        case RequirementKind.ANY:
            return any_of(states)
        case _:
            count = need.ask.partition(" ")[0]
            return at_least(int(count), states) if count.isdigit() else all_of(states)
