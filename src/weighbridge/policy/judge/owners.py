"""Code owners: whether each group that owns some of the changed files approved."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.persons import Person
from weighbridge.policy.case import Asked, Case
from weighbridge.policy.code_owners import Assent, Known, OwnerDecision, decide_owners
from weighbridge.policy.judge.approvals import approvals
from weighbridge.policy.judge.voices import approvals_last, count_voices, is_alone
from weighbridge.policy.needs import ApprovalNeed, Group, GroupKind, OwnersNeed

_MOST_NAMED = 5


def judge_owners(need: OwnersNeed, case: Case, *, asked: Asked) -> Iterator[Requirement]:
    """One requirement for each group of owners, and one for what nobody owns where that stands in the way."""
    owned = case.ownership
    if owned is None or isinstance(owned, CouldNotLook):
        yield _untold(asked, owned)
        return
    assent, refused = assent_of(case, ApprovalNeed(assurance=need.assurance, not_by=need.not_by))
    known = Known(people=tuple(case.people.circle), teams=case.people.teams)
    carried = carried_words(case)
    for decision in decide_owners(owned.groups, assent, known=known):
        met_by = tuple(f"{name}{carried.get(case.people.person(name), '')}" for name in decision.approved_by)
        yield _requirement(decision, asked, refused=refused, met_by=met_by)
    if need.unowned and owned.unowned:
        paths = ", ".join(owned.unowned[:_MOST_NAMED])
        more = f" and {len(owned.unowned) - _MOST_NAMED:,} more" if len(owned.unowned) > _MOST_NAMED else ""
        yield Requirement(
            kind=RequirementKind.CODE_OWNERS,
            rule=asked.rule,
            state=GateState.UNSATISFIED,
            ask=f"an owner for {paths}{more}",
            because=(f"nobody owns it by {owned.source}",),
        )


def assent_of(case: Case, need: ApprovalNeed) -> tuple[Assent, tuple[str, ...]]:
    """Those whose approval counts whoever they are asked as, and why that of others does not; authors for the wording."""
    voices = (judgement.voice for judgement in approvals(case, words=need.words))
    anybody = replace(need, by=(Group(GroupKind.ANYONE),))
    counted = count_voices(case, voices, need=anybody, owners=(), lasts=approvals_last(case))
    authors = (
        ()
        if is_alone(case)
        else tuple(Person(name=person) for person, how in case.involved.items() if how & need.not_by)
    )
    return Assent(approvers=tuple(Person(name=person) for person in counted.people), authors=authors), counted.refused


def carried_words(case: Case) -> Mapping[str, str]:
    """Of whom nothing but approvals of earlier forms counts: from where they are carried over, in words."""
    found: dict[str, str] = {}
    for judgement in approvals(case):
        person, words = case.people.person(judgement.voice.person), judgement.voice.carried
        found[person] = words and found.get(person, words)
    return {person: words for person, words in found.items() if words}


def _untold(asked: Asked, missing: CouldNotLook | None) -> Requirement:
    detail = f"{missing.detail}; {missing.remedy}" if missing else "nobody asked who owns it"
    return Requirement(
        kind=RequirementKind.CODE_OWNERS,
        rule=asked.rule,
        state=GateState.ERROR,
        ask="an approval by the code owners",
        because=(*asked.because, detail),
    )


def _requirement(
    decision: OwnerDecision, asked: Asked, *, refused: tuple[str, ...], met_by: tuple[str, ...]
) -> Requirement:
    is_met = decision.state is GateState.SATISFIED
    return Requirement(
        kind=RequirementKind.CODE_OWNERS,
        rule=asked.rule,
        state=decision.state,
        ask=decision.ask,
        because=asked.because if is_met else (*asked.because, decision.reason),
        cites=(decision.group.evidence,),
        met_by=met_by,
        not_counted=() if is_met else refused,
    )
