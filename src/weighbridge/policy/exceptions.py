"""Exceptions: what passes although it is not met, because people who may said so, for a reason and for a while.

- An override takes single requirements of one change out of the way, until it runs out.
- Breaking the glass passes a whole change now. A review of it falls due; whoever is late with one breaks no glass and
  gets no change of theirs through until it is given.
- Neither touches a rule that the policy keeps from it, nor counts with fewer people, less assurance or a longer time
  than the policy says. Without a word of the policy there are no exceptions.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec.structs import replace

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.record import BreakGlass
from weighbridge.policy.case import Case
from weighbridge.policy.judge.voices import count_voices

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
        and case.now < override.until <= override.voice.at + rules.longest
    ]
    counted = count_voices(case, (o.voice for o in fitting), need=rules.approval, owners=case.document.owners)
    if not fitting or len(counted.people) < rules.approval.count:
        return replace(requirement, not_counted=(*requirement.not_counted, *counted.refused))
    said = [f"overridden by {o.voice.person} until {o.until:%Y-%m-%d %H:%M} UTC: {o.reason}" for o in fitting]
    return replace(requirement, state=GateState.OVERRIDDEN, met_by=tuple(said))


def bypassed(requirements: Iterable[Requirement], case: Case) -> Iterator[Requirement]:
    """The requirements as broken glass leaves them: what stood in the way is passed, and says by whom."""
    rules = case.policy.break_glass
    broken = _in_force(case)
    words = [f"passed by {b.voice.person}, to be reviewed by {b.review_due:%Y-%m-%d}: {b.reason}" for b in broken]
    for requirement in requirements:
        is_kept = rules is not None and requirement.rule in (*rules.never, DUE_RULE)
        if broken and requirement.is_open and not is_kept:
            yield replace(requirement, state=GateState.BYPASSED, met_by=tuple(words))
        else:
            yield requirement


def _in_force(case: Case) -> list[BreakGlass]:
    """Glass broken for exactly this change, by enough of those who may and owe no review."""
    rules = case.policy.break_glass
    if rules is None or case.now is None:
        return []
    late = {person for person, _ in _late(case, case.now)}
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
            head = broken.subject.head_commit or broken.subject.head_tree
            yield Requirement(
                kind=RequirementKind.DUE,
                rule=DUE_RULE,
                state=GateState.UNSATISFIED,
                ask=f"the review of {head[:12]}, which {broken.voice.person} passed before it was reviewed",
                because=(f"it was due on {broken.review_due:%Y-%m-%d}",),
                cites=(broken.voice.evidence,),
            )


def _late(case: Case, now: datetime) -> Iterator[tuple[str, BreakGlass]]:
    rules = case.policy.break_glass
    for broken in case.record.break_glass:
        if rules is not None and broken.review_due < now and not _is_reviewed(broken, case):
            yield case.people.person(broken.voice.person), broken


def _is_reviewed(broken: BreakGlass, case: Case) -> bool:
    """Whether enough others looked at it since; who broke the glass cannot be one of them."""
    rules = case.policy.break_glass
    breaker = case.people.person(broken.voice.person)
    others = [voice for voice in broken.reviewed_by if case.people.person(voice.person) != breaker]
    if rules is None:
        return False
    return len(count_voices(case, others, need=rules.review, owners=case.document.owners).people) >= rules.review.count
