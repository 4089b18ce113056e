"""Exceptions: what passes although it is not met, because people who may said so, for a reason and for a while.

- An override takes single requirements of one change out of the way, until it runs out.
- Breaking the glass passes a whole change now. A review of it falls due; whoever is late with one breaks no glass and
  gets no change of theirs through until it is given.
- That review is of the change that was passed: who wrote that one cannot give it, whatever they are to this one. Where
  nobody can tell who wrote it, no review of it counts.
- Nor can it be given by who broke the glass: by nobody who is enrolled on their word, nor on whose word they are. Where
  their name was erased, it takes one person more than the policy says, for one of them could be that person; and while it
  is overdue it is owed by everybody, for it could be anybody's.
- A key that was revoked or ran out since takes no debt with it: what it broke passes nothing any more, and the review is owed.
  One whose line was taken out of allowed_signers leaves it to everybody, as whose name was erased does.
- Neither passes a rejection that stands after it in the ledger: whoever made it did not know of that no. One that is made
  after it does.
- Neither touches a rule that the policy keeps from it, nor counts with fewer people, less assurance or a longer time
  than the policy says. Without a word of the policy there are no exceptions.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.record import BreakGlass, Subject, Voice
from weighbridge.policy.case import Case
from weighbridge.policy.judge.approvals import REJECTION_RULE
from weighbridge.policy.judge.times import in_utc
from weighbridge.policy.judge.voices import TRUST_IT, Counted, count_voices
from weighbridge.policy.needs import ApprovalNeed
from weighbridge.policy.policy import BreakGlassRules

DUE_RULE = "review-due"
_NO_ENTRY: Final = -1
_ANYBODY = "it could be anybody's: it takes one reviewer more than the policy says"
_UNCLAIMED = (
    "put back the line of its key into allowed_signers, with a `valid-before` where it shall be used no more: then it is"
    " that person's alone"
)


def overridden(requirement: Requirement, case: Case) -> Requirement:
    """The requirement as overrides in force leave it."""
    rules = case.policy.overrides
    if rules is None or case.now is None or not requirement.is_open or requirement.rule in (*rules.never, DUE_RULE):
        return requirement
    given = [
        override
        for override in case.record.overrides
        if override.subject == case.subject
        and requirement.evidence in override.requirements
        and rules.covers(override.voice.at, override.until, now=case.now)
    ]
    said_at = _rejected_at(requirement, case) if given else _NO_ENTRY
    fitting = [override for override in given if override.voice.entry > said_at]
    counted = count_voices(case, (o.voice for o in fitting), need=rules.approval, owners=case.document.owners)
    if not fitting or len(counted.people) < rules.approval.count:
        early = (f"{o.voice.person}: overrode it before that was said" for o in given if o not in fitting)
        return replace(requirement, not_counted=(*requirement.not_counted, *counted.refused, *early))
    said = [f"overridden by {o.voice.person} until {in_utc(o.until)}: {o.reason}" for o in fitting]
    return replace(requirement, state=GateState.OVERRIDDEN, met_by=tuple(said))


def bypassed(requirements: Iterable[Requirement], case: Case) -> Iterator[Requirement]:
    """The requirements as broken glass leaves them: what stood in the way is passed, and says by whom."""
    rules = case.policy.break_glass
    broken = glass_in_force(case)
    for requirement in requirements:
        if rules is None or not broken or not requirement.is_open or requirement.rule in (*rules.never, DUE_RULE):
            yield requirement
        elif since := _broken_since(_rejected_at(requirement, case), broken, case=case, need=rules.approval):
            yield replace(requirement, state=GateState.BYPASSED, met_by=tuple(map(_passed, since)))
        else:
            early = (f"{b.voice.person}: broke the glass before that was said" for b in broken)
            yield replace(requirement, not_counted=(*requirement.not_counted, *early))


def _passed(broken: BreakGlass) -> str:
    return f"passed by {broken.voice.person}, to be reviewed by {broken.review_due:%Y-%m-%d}: {broken.reason}"


def _broken_since(entry: int, broken: list[BreakGlass], *, case: Case, need: ApprovalNeed) -> list[BreakGlass]:
    """Those of `broken` that were after an entry, where enough people broke it then."""
    if entry == _NO_ENTRY:
        return broken
    return _by_enough([b for b in broken if b.voice.entry > entry], case, need=need)


def glass_in_force(case: Case) -> list[BreakGlass]:
    """Glass broken for exactly this change, by enough of those who may and owe no review."""
    rules = case.policy.break_glass
    if rules is None or case.now is None:
        return []
    late = [owed.voice for owed in _late(case)]
    fitting = [
        broken
        for broken in case.record.break_glass
        if broken.subject == case.subject
        and not broken.is_void
        and broken.review_due <= broken.voice.at + rules.review_within
        and not any(_is_same(case, broken.voice, owed=owed) for owed in late)
    ]
    return _by_enough(fitting, case, need=rules.approval)


def _by_enough(broken: list[BreakGlass], case: Case, *, need: ApprovalNeed) -> list[BreakGlass]:
    """All of `broken`, where enough of those who may broke it; else nothing."""
    counted = count_voices(case, (b.voice for b in broken), need=need, owners=case.document.owners)
    return broken if broken and len(counted.people) >= need.count else []


def _rejected_at(requirement: Requirement, case: Case) -> int:
    """The entry of the rejection that a requirement speaks of; before every entry where it speaks of none.

    The ledger's order tells what whoever made an exception could know: clocks may be wrong.
    """
    if requirement.rule != REJECTION_RULE:
        return _NO_ENTRY
    entries = (said.voice.entry for said in case.record.judgements if said.voice.evidence in requirement.cites)
    return max(entries, default=_NO_ENTRY)


def reviews_due(case: Case) -> Iterator[Requirement]:
    """The reviews that people involved in this change owe and are late with: until then the gate is closed to them."""
    for broken in _late(case):
        is_named = broken.voice.is_somebody
        if case.people.person(broken.voice.person) in case.involved or not is_named:
            counted = reviews_counted(broken, case)
            lost = "whose key is nobody's now" if broken.is_unclaimed else "whose name was erased"
            who = broken.voice.person if is_named else f"somebody {lost}"
            yield Requirement(
                kind=RequirementKind.DUE,
                rule=DUE_RULE,
                state=GateState.UNSATISFIED,
                ask=f"the review of {broken.subject.short}, which {who} passed before it was reviewed",
                because=(
                    f"it was due on {broken.review_due:%Y-%m-%d}",
                    *(() if is_named else (_ANYBODY,)),
                    *((_UNCLAIMED,) if broken.is_unclaimed else ()),
                    *_unknown(counted),
                ),
                cites=(broken.voice.evidence,),
                not_counted=counted.refused,
            )


def is_late(voice: Voice, case: Case) -> bool:
    """Whether it is, or could be, of somebody who owes a review that should have been given by now."""
    return any(_is_same(case, voice, owed=broken.voice) for broken in _late(case))


def _is_same(case: Case, voice: Voice, *, owed: Voice) -> bool:
    """Whether it is, or could be, of who owes it: anybody, where nobody can tell who that is."""
    return not owed.is_somebody or case.people.person(owed.person) == case.people.person(voice.person)


def is_overdue(broken: BreakGlass, case: Case) -> bool:
    """Whether its review should have been given by now, and was not."""
    return case.now is not None and broken.review_due < case.now and not is_reviewed(broken, case)


def is_reviewed(broken: BreakGlass, case: Case) -> bool:
    """Whether enough others looked at it since."""
    rules = case.policy.break_glass
    return rules is not None and len(reviews_counted(broken, case).people) >= reviewers_needed(broken, rules)


def reviewers_needed(broken: BreakGlass, rules: BreakGlassRules) -> int:
    """How many must have reviewed it: of whom nobody can tell who they are, one of the reviewers could be."""
    return rules.review.count + (not broken.voice.is_somebody)


def reviews_counted(broken: BreakGlass, case: Case) -> Counted:
    """The reviews of broken glass that count; who broke it cannot give one, nor who wrote what it passed."""
    rules = case.policy.break_glass
    judged = [(voice, why_no_other(case, voice, broken=broken)) for voice in broken.reviewed_by]
    others = [voice for voice, why in judged if not why]
    refused = tuple(dict.fromkeys(why for _, why in judged if why))
    nothing = Counted(people=(), words=(), refused=refused, unknown=())
    there = case_of(broken.subject, case)
    if rules is None or not others:
        return nothing
    if isinstance(there, CouldNotLook):
        return replace(nothing, unknown=(there,))
    counted = count_voices(there, others, need=rules.review, owners=there.document.owners)
    return replace(counted, refused=(*nothing.refused, *counted.refused))


def why_no_other(case: Case, voice: Voice, *, broken: BreakGlass) -> str:
    """Why a reviewer is, or could be, who broke the glass; empty where it is sure to be somebody else. Whoever has no name is
    left to the count.
    """
    breaker = case.people.person(broken.voice.person)
    if case.people.person(voice.person) == breaker:
        return f"{voice.person}: broke the glass, and somebody else reviews what passed"
    if breaker in map(case.people.person, voice.rests_on):
        return f"{voice.person}: is enrolled on the word of {broken.voice.person}, who broke the glass: {TRUST_IT}"
    if case.people.person(voice.person) in map(case.people.person, broken.voice.rests_on):
        return f"{voice.person}: {broken.voice.person}, who broke the glass, is enrolled on their word: {TRUST_IT}"
    return ""


def case_of(subject: Subject, case: Case) -> Case | CouldNotLook:
    """The case as it must be for what is said of another change; why not, where nobody knows whose that is."""
    if subject == case.subject:
        return case
    there = case.elsewhere(subject)
    if isinstance(there, CouldNotLook):
        return there
    document = replace(case.document, owners=there.owners)
    return replace(case, subject=subject, involved=there.involved, document=document)


def _late(case: Case) -> Iterator[BreakGlass]:
    if case.policy.break_glass is not None:
        yield from (broken for broken in case.record.break_glass if is_overdue(broken, case))


def _unknown(counted: Counted) -> Iterator[str]:
    yield from (f"no review of it can be counted: {each.detail}; {each.remedy}" for each in counted.unknown)
