"""Every exception on record and where it stands at the time that the gate is asked: nothing expires unseen."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.exceptions import ExceptionKind, ExceptionState, KnownException
from weighbridge.domain.findings import FindingState
from weighbridge.domain.gate import Requirement
from weighbridge.domain.ids import EvidenceId
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.record import BreakGlass, BypassSeen, Override, Subject, Voice, Waiver
from weighbridge.policy.case import Case
from weighbridge.policy.exceptions import case_of, glass_in_force, is_reviewed, reviews_counted
from weighbridge.policy.judge.times import spoken
from weighbridge.policy.judge.voices import count_voices
from weighbridge.policy.needs import ApprovalNeed, Group, GroupKind

_Standing = tuple[ExceptionState, tuple[str, ...]]
_Covered = tuple[str, tuple[str, ...], tuple[str, ...]]
"""What a waiver covers: its rule, below which paths, which findings."""

LATELY: Final = timedelta(days=30)
"""How far back a reader is told of what passed around the gate, or ran out."""


def known_exceptions(case: Case, requirements: Sequence[Requirement] = ()) -> tuple[KnownException, ...]:
    """All exceptions of a record, those of this change first, then those that stand; `requirements` lend them words.

    Without a time nothing is in force.
    """
    if case.now is None:
        return ()
    now = case.now
    asked = {need.evidence: f"{need.rule}: {need.ask}" for need in requirements}
    alike, covering = _AlikeWaivers(case, now=now), _covering(case)
    found = [
        *(_override(each, case, asked=asked, now=now) for each in case.record.overrides),
        *(
            replace(_waiver(each, case, alike=alike, now=now), is_of_this=each.voice.entry in covering)
            for each in case.record.waivers
        ),
        *(_glass(each, case, now=now) for each in case.record.break_glass),
        *(_bypass(each, case) for each in case.record.bypasses if each.at >= now - LATELY),
    ]
    order = list(ExceptionState)
    return tuple(sorted(found, key=lambda e: (not e.is_of_this, order.index(e.state), e.until or now, e.entry or 0)))


def _covering(case: Case) -> frozenset[int]:
    """The entries of waivers that cover what the change brings, whether they count or not."""
    if not case.record.waivers:
        return frozenset()
    new = [weighed.finding for weighed in case.document.findings if weighed.state is FindingState.NEW]
    return frozenset(waiver.voice.entry for finding in new for waiver in case.waivers_in_force.covering(finding))


def _override(said: Override, case: Case, *, asked: Mapping[EvidenceId, str], now: datetime) -> KnownException:
    rules = case.policy.overrides
    is_of_this = said.subject == case.subject
    words = "; ".join(dict.fromkeys(asked[each] for each in said.requirements if each in asked))
    where = "" if is_of_this and words else f" of {said.subject.short}"
    what = f"{words or f'{len(said.requirements)} of what is asked'}{where}"
    standing: _Standing = (ExceptionState.NOT_COUNTED, ("the policy lets nobody override",))
    if rules is not None:
        alike = [
            other.voice
            for other in case.record.overrides
            if other.subject == said.subject
            and set(other.requirements) & set(said.requirements)
            and rules.covers(other.voice.at, other.until, now=now)
        ]
        standing = _timed(said.voice, said.until, longest=rules.longest, now=now)
        if standing[0] is ExceptionState.IN_FORCE:
            standing = _counted(alike, rules.approval, case=case, subject=said.subject)
    bare = KnownException(
        kind=ExceptionKind.OVERRIDE, state=standing[0], what=what, is_of_this=is_of_this, why=standing[1]
    )
    return _told(bare, said, until=said.until)


class _AlikeWaivers:
    """Whether those that cover the very same are given by enough people; told once for all of them."""

    def __init__(self, case: Case, *, now: datetime) -> None:
        self._case = case
        self._voices: dict[_Covered, list[Voice]] = {}
        self._told: dict[_Covered, _Standing] = {}
        rules = case.policy.waivers
        for each in case.record.waivers if rules is not None else ():
            if rules is not None and rules.covers(each.voice.at, each.until, now=now):
                self._voices.setdefault(_covered(each), []).append(each.voice)

    def standing(self, said: Waiver, need: ApprovalNeed) -> _Standing:
        """How what `said` covers stands; `need` is what the policy asks of waivers."""
        covered = _covered(said)
        if covered not in self._told:
            voices, case = self._voices.get(covered, ()), self._case
            self._told[covered] = _counted(voices, need, case=case, subject=case.subject)
        return self._told[covered]


def _covered(said: Waiver) -> _Covered:
    return said.rule, said.paths, said.fingerprints


def _waiver(said: Waiver, case: Case, *, alike: _AlikeWaivers, now: datetime) -> KnownException:
    rules = case.policy.waivers
    where = [*said.paths, *said.fingerprints]
    standing: _Standing = (ExceptionState.NOT_COUNTED, ("the policy lets nobody waive findings",))
    if rules is not None:
        standing = _timed(said.voice, said.until, longest=rules.longest, now=now)
        if standing[0] is ExceptionState.IN_FORCE:
            standing = alike.standing(said, rules.approval)
        if standing[0] is ExceptionState.IN_FORCE and said.rule in rules.never:
            standing = (ExceptionState.NOT_COUNTED, (f"{said.rule} is never waived",))
    what = f"{said.rule} at {', '.join(where[:3])}{f' and {len(where) - 3:,} more' if len(where) > 3 else ''}"
    bare = KnownException(kind=ExceptionKind.WAIVER, state=standing[0], what=what, why=standing[1])
    return _told(bare, said, until=said.until)


def _glass(said: BreakGlass, case: Case, *, now: datetime) -> KnownException:
    is_of_this = said.subject == case.subject
    counted = reviews_counted(said, case)
    why: tuple[str, ...] = (*(f"reviewed by {words}" for words in counted.words), *counted.refused)
    if is_reviewed(said, case):
        state = ExceptionState.REVIEWED
    elif not is_of_this and said.reviewed_by and case.policy.break_glass is None:
        # An older policy, or a newer one, has no say in what this one passed: that it is due would be no more than a guess.
        state, why = ExceptionState.SEEN, ("this policy judges no review of it: weighbridge exceptions does",)
    elif said.review_due < now:
        state = ExceptionState.REVIEW_OVERDUE
    elif is_of_this and said not in glass_in_force(case):
        state, why = ExceptionState.NOT_COUNTED, (*why, *_why_glass(said, case))
    else:
        state = ExceptionState.REVIEW_DUE
    why = (*why, *(each.detail for each in counted.unknown))
    bare = KnownException(
        kind=ExceptionKind.BREAK_GLASS,
        state=state,
        what=f"{said.subject.short} passed before it was reviewed",
        is_of_this=is_of_this,
        why=why,
    )
    return _told(bare, said, until=said.review_due)


def _why_glass(said: BreakGlass, case: Case) -> tuple[str, ...]:
    rules = case.policy.break_glass
    if rules is None:
        return ("the policy lets nobody break the glass",)
    if said.is_void:
        return ("the key that broke it counts no more: it passes nothing, and its review is owed",)
    counted = count_voices(case, [said.voice], need=rules.approval, owners=case.document.owners)
    return counted.refused or ("too few people, a review that is due too late, or one of theirs is overdue",)


def _bypass(seen: BypassSeen, case: Case) -> KnownException:
    subject = case.subject
    return KnownException(
        kind=ExceptionKind.BYPASS,
        state=ExceptionState.SEEN,
        what=f"{seen.subject[:19]} reached {seen.environment} around the gate",
        by=seen.source,
        at=seen.at,
        entry=seen.entry,
        is_of_this=subject is not None and seen.subject in (subject.head_commit, subject.head_tree),
        why=(f"missing: {seen.missing}",) if seen.missing else (),
    )


def _timed(voice: Voice, until: datetime, *, longest: timedelta, now: datetime) -> _Standing:
    if until > voice.at + longest:
        return ExceptionState.NOT_COUNTED, (f"it lasts longer than the policy lets it, {spoken(longest)}",)
    return (ExceptionState.IN_FORCE if now < until else ExceptionState.EXPIRED), ()


def _counted(voices: Sequence[Voice], need: ApprovalNeed, *, case: Case, subject: Subject | None) -> _Standing:
    """Whether enough people gave it. Of another change not everything can be told; then what may be in force is shown."""
    there = case if subject is None else case_of(subject, case)
    unknown: tuple[str, ...] = ()
    if isinstance(there, CouldNotLook):
        unknown = (there.detail,)
        there = replace(case, involved={})
    if subject != case.subject and need.by == (Group(GroupKind.OWNERS),) and not there.document.owners:
        need = replace(need, by=(Group(GroupKind.ANYONE),))
    counted = count_voices(there, voices, need=need, owners=there.document.owners)
    if len(counted.people) >= need.count:
        return ExceptionState.IN_FORCE, unknown
    short = f"{len(counted.people)} of {need.count} people who must give it"
    return ExceptionState.NOT_COUNTED, (short, *counted.refused)


def _told(bare: KnownException, said: Override | Waiver | BreakGlass, *, until: datetime) -> KnownException:
    voice = said.voice
    return replace(bare, by=voice.person, reason=said.reason, at=voice.at, until=until, entry=voice.entry)


def standing_exceptions(known: Sequence[KnownException]) -> Iterator[KnownException]:
    """Those that a reader of this change should know of: all that stand, and what was said of it and does not count."""
    yield from (each for each in known if each.state.is_standing or (each.is_of_this and each.why))
