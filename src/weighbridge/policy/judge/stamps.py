"""Another approver, where approvals look unread: figures decide it, and nobody is accused of anything.

- An approval looks unread when its page stood open for less time than its words take at the policy's pace, when it is one
  of a batch, or when its giver approves more of all AI-assisted changes than the policy's share.
- What was not measured is unknown, and unknown is not fast.
- Where a need hangs on such approvals, one more person must approve by the same need; nothing is taken away from anybody.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.gate import GateState, Requirement, RequirementKind, leaves
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.provenance import Origin
from weighbridge.domain.record import Judgement
from weighbridge.policy.case import Case
from weighbridge.policy.judge.approvals import approvals, count_wanted
from weighbridge.policy.judge.voices import approvals_last, count_voices
from weighbridge.policy.needs import ApprovalNeed, needs_within
from weighbridge.policy.stamps import ApprovalGiven, Stamps, figures

STAMP_RULE: Final = "rubber-stamp"
_AI: Final = (Origin.AI, Origin.MIXED)


def judge_stamps(case: Case, asked: tuple[Requirement, ...]) -> Iterator[Requirement]:
    """One more approval for each need that is met only by approvals which look unread."""
    if not case.policy.rubber_stamps.is_on or case.stamps is None or case.now is None:
        return
    unread = looks_unread(case, case.stamps())
    if not unread:
        return
    met = {need.rule for need in leaves(asked) if need.kind is RequirementKind.APPROVAL and not need.is_open}
    for rule in case.policy.rules:
        for need in needs_within(rule.require) if rule.name in met else ():
            if isinstance(need, ApprovalNeed):
                yield from _another(need, case, rule=rule.name, unread=unread)


def looks_unread(case: Case, stamps: Stamps) -> Mapping[str, str]:
    """Those whose approval of exactly this looks unread, with the figure that says so."""
    terms = case.policy.rubber_stamps
    found: dict[str, str] = {}
    given = list(approvals(case))
    for judgement in given:
        person = case.people.person(judgement.voice.person)
        theirs = [each for each in given if case.people.person(each.voice.person) == person]
        told = [_too_fast(each, stamps, pace=terms.words_a_minute) for each in theirs]
        if all(told):  # whoever says it again after reading has read it
            found.setdefault(person, told[-1])
    if not (terms.share or terms.batch):
        return found
    everybody = figures(_of_one(stamps, case), batch_seconds=terms.within.total_seconds())
    by_person = {each.person: each for each in everybody}
    is_ai = case.document.provenance.origin in _AI
    for judgement in given:
        person = case.people.person(judgement.voice.person)
        known = by_person.get(person)
        if known is None:
            continue
        if (
            terms.share
            and is_ai
            and known.all_ai >= terms.least
            and known.share is not None
            and known.share > terms.share
        ):
            words = f"approved {known.of_ai:,} of {known.all_ai:,} AI-assisted changes, and the policy's share is {terms.share:.0%}"
            found.setdefault(person, words)
        if (
            terms.batch
            and known.longest_batch >= terms.batch
            and _is_of_batch(judgement, person, case=case, stamps=stamps)
        ):
            minutes = int(terms.within.total_seconds() // 60)
            found.setdefault(
                person, f"approved {terms.batch} changes or more within {minutes} minutes, this one among them"
            )
    return found


def _too_fast(judgement: Judgement, stamps: Stamps, *, pace: int) -> str:
    if not pace or judgement.read_for is None or stamps.page_words is None:
        return ""
    here = ApprovalGiven(
        person=judgement.voice.person,
        at=judgement.voice.at,
        decision=judgement.subject.decision,
        read_for=judgement.read_for,
        words=stamps.page_words,
    )
    if here.pace is None or here.pace <= pace:
        return ""
    return (
        f"{stamps.page_words:,} words stood open for {judgement.read_for} s, and the policy's pace is {pace} a minute"
    )


def _of_one(stamps: Stamps, case: Case) -> tuple[ApprovalGiven, ...]:
    """The approvals with each person under their one name."""
    return tuple(replace(each, person=case.people.person(each.person)) for each in stamps.given)


def _is_of_batch(judgement: Judgement, person: str, *, case: Case, stamps: Stamps) -> bool:
    terms = case.policy.rubber_stamps
    span = terms.within.total_seconds()
    near = [
        each
        for each in _of_one(stamps, case)
        if each.person == person and abs((each.at - judgement.voice.at).total_seconds()) <= span
    ]
    told = figures(tuple(near), batch_seconds=span)
    return any(each.longest_batch >= terms.batch for each in told)


def _another(need: ApprovalNeed, case: Case, *, rule: str, unread: Mapping[str, str]) -> Iterator[Requirement]:
    wanted = count_wanted(need, case)
    if isinstance(wanted, CouldNotLook):
        return
    voices = [judgement.voice for judgement in approvals(case, words=need.words)]
    counted = count_voices(case, voices, need=need, owners=case.document.owners, lasts=approvals_last(case))
    surely = [person for person in counted.people if person not in unread]
    if len(counted.people) < wanted or len(surely) >= wanted:
        return
    enough = len(counted.people) > wanted
    yield Requirement(
        kind=RequirementKind.APPROVAL,
        rule=STAMP_RULE,
        state=GateState.SATISFIED if enough else GateState.UNSATISFIED,
        ask=f"another approval of what {rule} asks for",
        because=tuple(f"{person}: {words}" for person, words in unread.items() if person in counted.people),
        met_by=counted.words if enough else (),
        words=need.words,
    )
