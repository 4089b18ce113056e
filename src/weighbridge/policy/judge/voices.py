"""Whose word counts: the one place where it is decided whether a statement of a person meets what is asked of them.

A voice counts when all of this holds:

- it is no program's: neither listed as one nor named like one;
- it is of somebody who has a name, and so has everybody on whose word they are enrolled: of whom it was erased, nobody
  can tell what part they had;
- it is as sure as was asked (`assurance`), with a PIN or finger where that was asked;
- it is of none of those involved in the change whom the need leaves out, whatever name they go by, nor of somebody who
  is enrolled on the word of one of those: whoever enrols a key may hold it;
- where several are asked for, no two of them lead back to one person's word: they could be that person twice;
- it was not given in the future, unless it is a rejection, and, where it is an approval, has not run out: a rejection
  stands, a review too, and an override or waiver ends when it says;
- it is of somebody the need names; where nobody says who a group are, it does not count, and the need says so.

In a repository of one person, being involved does not count against them; that is written beside what it met. It is one
only where the policy says so and it is sure that there is nobody else.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.record import Voice
from weighbridge.policy.case import Case
from weighbridge.policy.judge.times import spoken
from weighbridge.policy.needs import ApprovalNeed, Involved
from weighbridge.policy.statuses import AHEAD

_UNTIMED: Final = "the gate was not asked at any time"
TRUST_IT: Final = "list the key in allowed_signers, or have somebody else there enrol it"


class Counted(Struct, frozen=True, kw_only=True):
    """The people whose word counts, each once, and why that of others does not."""

    people: tuple[str, ...]
    words: tuple[str, ...]
    refused: tuple[str, ...]
    unknown: tuple[CouldNotLook, ...]
    """Groups nobody could tell: with them known, more might count."""


def count_voices(
    case: Case,
    voices: Iterable[Voice],
    *,
    need: ApprovalNeed,
    owners: Sequence[str],
    lasts: timedelta | None = None,
) -> Counted:
    """Those of `voices` that count for `need`; a person counts once, however many names and keys they have.

    `lasts` is how long they count: approvals are counted with `approvals_last`.
    """
    counted: dict[str, str] = {}
    refused: list[tuple[str, str]] = []
    unknown: list[CouldNotLook] = []
    behind: dict[str, str] = {}
    for voice in sorted(voices, key=lambda voice: (len(voice.rests_on), voice.said_of is not None)):
        person = case.people.person(voice.person)
        if why := why_not(case, voice, need=need, lasts=lasts):
            refused.append((person, f"{voice.person}: {why}"))
            continue
        belongs = [case.people.belongs(voice.person, group, owners=owners) for group in need.by]
        if True in belongs:
            leads_to = {person, *map(case.people.person, voice.rests_on)}
            if shared := sorted(leads_to & behind.keys()) if person not in counted else ():
                refused.append((person, f"{voice.person}: {_alike(shared[0], behind[shared[0]])}"))
                continue
            behind |= dict.fromkeys(leads_to, person)
            alone = " (involved in it: nobody else is here)" if case.involved.get(person) else ""
            counted.setdefault(person, f"{voice.person}, by {voice.assurance}{alone}{voice.carried}")
            continue
        unknown += [each for each in belongs if isinstance(each, CouldNotLook)]
        refused.append((person, f"{voice.person}: is not among {', '.join(map(str, need.by))}"))
    return Counted(
        people=tuple(counted),
        words=tuple(counted.values()),
        refused=tuple(dict.fromkeys(words for person, words in refused if person not in counted)),
        unknown=tuple(dict.fromkeys(unknown)),
    )


def why_not(case: Case, voice: Voice, *, need: ApprovalNeed, lasts: timedelta | None = None) -> str:
    """Why the word of this voice cannot count whoever may give it; empty when it can."""
    if voice.is_nameless:
        return "who that is was erased, so that nobody can tell what part they had: have the key enrolled again, and say it anew"
    if voice.rests_on_nameless:
        return "its key was vouched for by somebody whose name was erased: have another enrolled person enrol it again"
    return why_no_objection(case, voice, need=need) or _when(voice.at, case, lasts=lasts)


def why_no_objection(case: Case, voice: Voice, *, need: ApprovalNeed) -> str:
    """The same of a word against the change, for which it need not be known who they are, nor when: who says no with a clock
    that is ahead says no.
    """
    if case.people.is_bot(voice.person):
        return "is a program, whatever key it has"
    least = min(need.assurance, case.policy.least_assurance, key=lambda each: each.rank)
    if not voice.assurance.reaches(least):
        return f"signed by {voice.assurance}, and at least {least} is asked for"
    if need.verified and not voice.user_verified:
        return "the authenticator checked no PIN or finger"
    if why := "" if is_alone(case) else _part_in_it(case, voice, need=need):
        return why
    return _UNTIMED if case.now is None else ""


def _part_in_it(case: Case, voice: Voice, *, need: ApprovalNeed) -> str:
    """How they, or those whose word their key is enrolled on, are among the involved whom the need leaves out."""
    for person in (voice.person, *voice.rests_on):
        if involved := case.involved.get(case.people.person(person), frozenset()) & need.not_by:
            how = " and ".join(_article(how) for how in sorted(involved))
            behind = "" if person == voice.person else f"enrolled on the word of {person}, "
            return f"is {behind}{how} of the change{f': {TRUST_IT}' if behind else ''}"
    return ""


def _alike(root: str, other: str) -> str:
    also = "who is counted" if root == other else f"as {other} is"
    return f"is enrolled on the word of {root}, {also}, and could be the same person: {TRUST_IT}"


def is_alone(case: Case) -> bool:
    """Whether the policy is for one person and there is sure to be nobody else."""
    return case.policy.is_solo and case.population is not None and case.population().solo is not None


def approvals_last(case: Case) -> timedelta | None:
    """How long an approval counts, by the policy and by where the change is to go; None is for ever."""
    given = (case.policy.approvals_last, case.environment and case.environment.approvals_last)
    return min((each for each in given if each), default=None)


def _when(at: datetime, case: Case, *, lasts: timedelta | None) -> str:
    if case.now is None:
        return _UNTIMED
    if at > case.now + AHEAD:
        return f"says it was given at {at.isoformat()}, which is yet to come"
    if lasts and at + lasts < case.now:
        return f"ran out after {spoken(lasts)}"
    return ""


def _article(how: Involved) -> str:
    return f"{'an' if how is Involved.AUTHOR else 'a'} {how}"
