"""Knowledge: whether somebody who knows each changed component approved."""

from msgspec.structs import replace

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.case import Asked, Case
from weighbridge.policy.code_owners import Known
from weighbridge.policy.combine import all_of
from weighbridge.policy.judge.approvals import count_wanted
from weighbridge.policy.judge.owners import assent_of, carried_words
from weighbridge.policy.knowledge import decide_knowledge
from weighbridge.policy.needs import ApprovalNeed, Group, GroupKind

_KNOWS = Group(GroupKind.KNOWS_COMPONENT)


def knows_alone(need: ApprovalNeed) -> bool:
    """Whether it asks for people who know the components and for nobody else in their place."""
    return need.by == (_KNOWS,)


def judge_knowledge(need: ApprovalNeed, case: Case, *, asked: Asked) -> Requirement:
    """Whether every changed component is known by as many who approved, in the words that are asked for, as need be."""
    if case.who_knows is None:
        return _all(
            asked, (), state=GateState.ERROR, because=("nobody asked who knows the components",), words=need.words
        )
    wanted = count_wanted(need, case)
    if isinstance(wanted, CouldNotLook):
        why = f"how many are needed could not be told: {wanted.detail}"
        return _all(asked, (), state=GateState.ERROR, because=(why,), words=need.words)
    assent, refused = assent_of(case, need)
    known = Known(people=tuple(case.people.circle), teams=case.people.teams)
    parts = tuple(
        Requirement(
            kind=RequirementKind.APPROVAL,
            rule=asked.rule,
            state=decision.state,
            ask=decision.ask,
            because=(decision.reason,),
            cites=decision.cites,
            not_counted=() if decision.state is GateState.SATISFIED else refused,
        )
        for decision in decide_knowledge(case.who_knows(), assent, known=known, count=wanted)
    )
    state = all_of([part.state for part in parts])
    whole = _all(asked, parts, state=state, because=asked.because, words=need.words)
    carried = tuple(f"the approval of {person} is{words[1:]}" for person, words in carried_words(case).items())
    return replace(whole, met_by=(*whole.met_by, *carried)) if whole.met_by and carried else whole


def _all(
    asked: Asked, parts: tuple[Requirement, ...], *, state: GateState, because: tuple[str, ...], words: str
) -> Requirement:
    asks = "; ".join(part.ask for part in parts) or "an approval by somebody who knows the component"
    if words:
        asks = f'{asks}, saying "{words}"'
    return Requirement(
        kind=RequirementKind.APPROVAL,
        rule=asked.rule,
        state=state,
        ask=asks,
        because=because or ("the policy asks it",),
        parts=parts,
        met_by=tuple(part.because[0] for part in parts if part.state is GateState.SATISFIED),
        words=words,
    )
