"""Another approver, where approvals look unread: figures decide it, and nobody is accused of anything.

- An approval looks unread when its page stood open for less time than its words take at the policy's pace, when it is one
  of a batch, or when its giver approves more of all AI-assisted changes than the policy's share.
- What was not measured is unknown, and unknown is not fast.
- Where a need hangs on such approvals, one more person must approve by the same need; nothing is taken away from anybody.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from weighbridge.domain.gate import GateState, Requirement, RequirementKind, leaves
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.provenance import Origin
from weighbridge.domain.record import Judgement
from weighbridge.policy.case import Case
from weighbridge.policy.combine import PASSED
from weighbridge.policy.judge.approvals import approvals, count_wanted
from weighbridge.policy.judge.voices import approvals_last, count_voices
from weighbridge.policy.needs import ApprovalNeed, Need, needs_within
from weighbridge.policy.policy import Policy, RubberStamps
from weighbridge.policy.stamps import ApprovalGiven, Stamps, longest_batch

STAMP_RULE: Final = "rubber-stamp"
_AI: Final = (Origin.AI, Origin.MIXED)


def judge_stamps(case: Case, asked: tuple[Requirement, ...]) -> Iterator[Requirement]:
    """One more approval for each need that is met only by approvals which look unread."""
    if not case.policy.rubber_stamps.is_on or case.stamps is None or case.now is None:
        return
    unread = looks_unread(case, case.stamps())
    if not unread:
        return
    met = {need.rule for need in leaves(asked) if need.kind is RequirementKind.APPROVAL and need.state in PASSED}
    for rule, needs in _by_rule(case.policy):
        for need in needs_within(needs) if rule in met else ():
            if isinstance(need, ApprovalNeed):
                yield from _another(need, case, rule=rule, unread=unread)


def _by_rule(policy: Policy) -> Iterator[tuple[str, tuple[Need, ...]]]:
    """What rules and environments ask for, by the names that their requirements give."""
    yield from ((rule.name, rule.require) for rule in policy.rules)
    yield from ((f"environment:{name}", place.require) for name, place in policy.environments.items())


def looks_unread(case: Case, stamps: Stamps) -> Mapping[str, str]:
    """Those whose approval of exactly this looks unread, with the figure that says so."""
    terms, of_person = case.policy.rubber_stamps, case.people.person
    here: dict[str, list[Judgement]] = {}
    for judgement in approvals(case):
        here.setdefault(of_person(judgement.voice.person), []).append(judgement)
    given: dict[str, list[ApprovalGiven]] = {}
    for each in stamps.given if terms.share or terms.batch else ():
        given.setdefault(of_person(each.person), []).append(each)
    all_ai = len({each.decision for theirs in given.values() for each in theirs if each.is_ai})
    is_ai = case.document.provenance.origin in _AI
    found: dict[str, str] = {}
    for person, said in here.items():
        theirs = given.get(person, [])
        why = (
            _too_fast(said, stamps, pace=terms.words_a_minute)
            or (is_ai and _too_many(theirs, terms, all_ai=all_ai))
            or _of_batch(said, theirs, terms=terms)
        )
        if why:
            found[person] = why
    return found


def _too_fast(said: Sequence[Judgement], stamps: Stamps, *, pace: int) -> str:
    """That each time they said it the page was open too shortly: whoever says it again after reading has read it."""
    told = [_fast(judgement, stamps, pace=pace) for judgement in said]
    return told[-1] if all(told) else ""


def _fast(judgement: Judgement, stamps: Stamps, *, pace: int) -> str:
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


def _too_many(theirs: Sequence[ApprovalGiven], terms: RubberStamps, *, all_ai: int) -> str:
    of_ai = len({each.decision for each in theirs if each.is_ai})
    if not terms.share or all_ai < terms.least or of_ai <= terms.share * all_ai:
        return ""
    return f"approved {of_ai:,} of {all_ai:,} AI-assisted changes, and the policy's share is {terms.share:.0%}"


def _of_batch(said: Sequence[Judgement], theirs: Sequence[ApprovalGiven], *, terms: RubberStamps) -> str:
    """That this approval is one of many of theirs at about the same time."""
    for judgement in said if terms.batch else ():
        near = [each for each in theirs if abs(each.at - judgement.voice.at) <= terms.within]
        if longest_batch(near, batch_seconds=terms.within.total_seconds()) >= terms.batch:
            minutes = int(terms.within.total_seconds() // 60)
            return f"approved {terms.batch} changes or more within {minutes} minutes, this one among them"
    return ""


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
