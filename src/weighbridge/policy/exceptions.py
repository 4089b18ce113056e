"""Exceptions: what passes although it is not met, because people who may said so, for a reason and for a while.

- An override takes single requirements of one change out of the way, until it runs out.
- Breaking the glass passes a whole change now. A review of it falls due; whoever is late with one breaks no glass and
  gets no change of theirs through until it is given.
- That review is of the change that was passed: who wrote that one cannot give it, whatever they are to this one. Where
  nobody can tell who wrote it, no review of it counts.
- Neither touches a rule that the policy keeps from it, nor counts with fewer people, less assurance or a longer time
  than the policy says. Without a word of the policy there are no exceptions.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec.structs import replace

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.record import BreakGlass, Subject
from weighbridge.policy.case import Case
from weighbridge.policy.judge.times import in_utc
from weighbridge.policy.judge.voices import Counted, count_voices

DUE_RULE = "review-due"


def overridden(requirement: Requirement, case: Case) -> Requirement:
    """The requirement as overrides in force leave it."""
    rules = case.policy.overrides
    if rules is None or case.now is None or not requirement.is_open or requirement.rule in (*rules.never, DUE_RULE):
        return requirement
    fitting = [
        override
        for override in case.record.overrides
        if override.subject == case.subject
        and requirement.evidence in override.requirements
        and rules.covers(override.voice.at, override.until, now=case.now)
    ]
    counted = count_voices(case, (o.voice for o in fitting), need=rules.approval, owners=case.document.owners)
    if not fitting or len(counted.people) < rules.approval.count:
        return replace(requirement, not_counted=(*requirement.not_counted, *counted.refused))
    said = [f"overridden by {o.voice.person} until {in_utc(o.until)}: {o.reason}" for o in fitting]
    return replace(requirement, state=GateState.OVERRIDDEN, met_by=tuple(said))


def bypassed(requirements: Iterable[Requirement], case: Case) -> Iterator[Requirement]:
    """The requirements as broken glass leaves them: what stood in the way is passed, and says by whom."""
    rules = case.policy.break_glass
    broken = glass_in_force(case)
    words = [f"passed by {b.voice.person}, to be reviewed by {b.review_due:%Y-%m-%d}: {b.reason}" for b in broken]
    for requirement in requirements:
        is_kept = rules is not None and requirement.rule in (*rules.never, DUE_RULE)
        if broken and requirement.is_open and not is_kept:
            yield replace(requirement, state=GateState.BYPASSED, met_by=tuple(words))
        else:
            yield requirement


def glass_in_force(case: Case) -> list[BreakGlass]:
    """Glass broken for exactly this change, by enough of those who may and owe no review."""
    rules = case.policy.break_glass
    if rules is None or case.now is None:
        return []
    late = late_people(case)
    fitting = [
        broken
        for broken in case.record.break_glass
        if broken.subject == case.subject
        and broken.review_due <= broken.voice.at + rules.review_within
        and case.people.person(broken.voice.person) not in late
    ]
    counted = count_voices(case, (b.voice for b in fitting), need=rules.approval, owners=case.document.owners)
    return fitting if fitting and len(counted.people) >= rules.approval.count else []


def reviews_due(case: Case) -> Iterator[Requirement]:
    """The reviews that people involved in this change owe and are late with: until then the gate is closed to them."""
    if case.now is None or case.policy.break_glass is None:
        return
    for person, broken in _late(case, case.now):
        if person in case.involved:
            counted = reviews_counted(broken, case)
            yield Requirement(
                kind=RequirementKind.DUE,
                rule=DUE_RULE,
                state=GateState.UNSATISFIED,
                ask=f"the review of {broken.subject.short}, which {broken.voice.person} passed before it was reviewed",
                because=(f"it was due on {broken.review_due:%Y-%m-%d}", *_unknown(counted)),
                cites=(broken.voice.evidence,),
                not_counted=counted.refused,
            )


def late_people(case: Case) -> frozenset[str]:
    """Those who owe a review that should have been given by now."""
    return frozenset() if case.now is None else frozenset(person for person, _ in _late(case, case.now))


def is_reviewed(broken: BreakGlass, case: Case) -> bool:
    """Whether enough others looked at it since."""
    rules = case.policy.break_glass
    return rules is not None and len(reviews_counted(broken, case).people) >= rules.review.count


def reviews_counted(broken: BreakGlass, case: Case) -> Counted:
    """The reviews of broken glass that count; who broke it cannot give one, nor who wrote what it passed."""
    rules = case.policy.break_glass
    breaker = case.people.person(broken.voice.person)
    others = [voice for voice in broken.reviewed_by if case.people.person(voice.person) != breaker]
    there = case_of(broken.subject, case)
    if rules is None or not others:
        return Counted(people=(), words=(), refused=(), unknown=())
    if isinstance(there, CouldNotLook):
        return Counted(people=(), words=(), refused=(), unknown=(there,))
    return count_voices(there, others, need=rules.review, owners=case.document.owners)


def case_of(subject: Subject, case: Case) -> Case | CouldNotLook:
    """The case as it must be for what is said of another change; why not, where nobody knows whose that is."""
    if subject == case.subject:
        return case
    involved = case.involved_in(subject)
    return involved if isinstance(involved, CouldNotLook) else replace(case, subject=subject, involved=involved)


def _late(case: Case, now: datetime) -> Iterator[tuple[str, BreakGlass]]:
    for broken in case.record.break_glass:
        if case.policy.break_glass is not None and broken.review_due < now and not is_reviewed(broken, case):
            yield case.people.person(broken.voice.person), broken


def _unknown(counted: Counted) -> Iterator[str]:
    yield from (f"no review of it can be counted: {each.detail}; {each.remedy}" for each in counted.unknown)
