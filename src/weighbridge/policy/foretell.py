"""Whether a word that is about to be signed could count: asked before it is signed, by the rules that judge it later.

Each function gives the reasons why not, in words; none when it could count. What it takes besides (a second person, time)
is no reason.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from weighbridge.domain.gate import Gate, Requirement
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.record import BreakGlass, Voice
from weighbridge.policy.case import Case
from weighbridge.policy.exceptions import case_of, is_late, why_no_other
from weighbridge.policy.judge.approvals import approvals
from weighbridge.policy.judge.times import in_utc, spoken
from weighbridge.policy.judge.voices import approvals_last, count_voices
from weighbridge.policy.needs import ApprovalNeed
from weighbridge.policy.policy import Exceptions
from weighbridge.policy.since import approval_needs


def why_no_approval(case: Case, gate: Gate, *, voice: Voice) -> tuple[str, ...]:
    """Why an approval by `voice` would meet nothing that is open in `gate`; none where no approval is open.

    It is counted beside those that stand: whoever is enrolled on the word of one of them adds nothing to it.
    """
    waiting = {need.evidence for need in _open_leaves(gate.open)}
    needs = [need for evidence, (need, _) in approval_needs(gate, case).items() if evidence in waiting]
    problems: list[str] = []
    for need in needs:
        found = _why_adds_nothing(case, voice, need=need)
        if not found:
            return ()
        problems += found
    return tuple(dict.fromkeys(problems))


def _why_adds_nothing(case: Case, voice: Voice, *, need: ApprovalNeed) -> tuple[str, ...]:
    """Why no more people are counted with `voice` than without; none where they are, or it said so already."""
    count = partial(count_voices, case, need=need, owners=case.document.owners, lasts=approvals_last(case))
    given = [said.voice for said in approvals(case, words=need.words)]
    before, after = count(given), count([*given, voice])
    if len(after.people) > len(before.people) or case.people.person(voice.person) in before.people:
        return ()
    refused = (words for words in after.refused if words not in before.refused)
    unknown = (f"{each.detail}: {each.remedy}" for each in after.unknown if each not in before.unknown)
    return (*refused, *unknown) or _why(case, voice, need=need)


def approved_before(case: Case, voice: Voice) -> int | None:
    """The newest entry in which who speaks approved this already, and it stands; a person is counted once."""
    me = case.people.person(voice.person)
    entries = [said.voice.entry for said in approvals(case) if case.people.person(said.voice.person) == me]
    return max(entries, default=None)


def why_no_override(case: Case, voice: Voice, *, rules: Sequence[str], until: datetime) -> tuple[str, ...]:
    """Why an override of what these rules ask for could not count."""
    terms = case.policy.overrides
    if terms is None:
        return (f"the policy {case.policy.name} lets nobody override anything: it has no `overrides:`",)
    kept = [f"{rule} is never overridden, says the policy {case.policy.name}" for rule in rules if rule in terms.never]
    return (*kept, *_why_exception(case, voice, terms=terms, until=until, what="overrides"))


def why_no_waiver(case: Case, voice: Voice, *, rule: str, until: datetime) -> tuple[str, ...]:
    """Why a waiver of a rule's findings could not count. Nobody's part in a change matters: it is about none."""
    terms = case.policy.waivers
    if terms is None:
        return (f"the policy {case.policy.name} lets nobody waive findings: it has no `waivers:`",)
    kept = [f"{rule} is never waived, says the policy {case.policy.name}"] if rule in terms.never else []
    return (*kept, *_why_exception(case, voice, terms=terms, until=until, what="waivers"))


def why_no_break_glass(case: Case, voice: Voice) -> tuple[str, ...]:
    """Why breaking the glass for this change could not count."""
    terms = case.policy.break_glass
    if terms is None:
        return (f"the policy {case.policy.name} lets nobody break the glass: it has no `break_glass:`",)
    owed: tuple[str, ...] = ()
    if is_late(voice, case):
        owed = (f"{voice.person}: owes a review that is overdue; `weighbridge exceptions` shows it",)
    return (*owed, *_why(case, voice, need=terms.approval))


def why_no_review(case: Case, voice: Voice, *, broken: BreakGlass) -> tuple[str, ...]:
    """Why a review of broken glass could not count."""
    terms = case.policy.break_glass
    if terms is None:
        return (f"the policy {case.policy.name} knows no broken glass: it has no `break_glass:`",)
    if why := why_no_other(case, voice, broken=broken):
        return (why,)
    there = case_of(broken.subject, case)
    if isinstance(there, CouldNotLook):
        return (f"{there.detail}, so that no review of it can be counted: {there.remedy}",)
    return _why(there, voice, need=terms.review)


def _why_exception(case: Case, voice: Voice, *, terms: Exceptions, until: datetime, what: str) -> Iterator[str]:
    if case.now is not None and until > case.now + terms.longest:
        yield (
            f"until {in_utc(until)} is too long: {what} last at most {spoken(terms.longest)}"
            f" (`{what}: longest:` of the policy {case.policy.name})"
        )
    yield from _why(case, voice, need=terms.approval)


def _why(case: Case, voice: Voice, *, need: ApprovalNeed) -> tuple[str, ...]:
    counted = count_voices(case, [voice], need=need, owners=case.document.owners)
    return () if counted.people else (*counted.refused, *(f"{each.detail}: {each.remedy}" for each in counted.unknown))


def _open_leaves(requirements: Sequence[Requirement]) -> Iterator[Requirement]:
    for need in requirements:
        if need.parts:
            yield from _open_leaves([part for part in need.parts if part.is_open])
        else:
            yield need
