"""How approvals were given, as figures: how long a page stood open against its words, how many in a row, by whom."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import Digest

LOOKED_BACK: Final = timedelta(days=90)
"""How far back approvals are counted, where nobody says otherwise."""


class ApprovalGiven(Struct, frozen=True, kw_only=True):
    """One approval on record, with what is known of how it was given.

    `read_for` are the seconds that the page stood open, `words` those on the page, `is_ai` whether the change is
    AI-assisted; None where nobody measured it or the package is not at hand. Unknown is not fast.
    """

    person: str
    at: datetime
    decision: Digest
    read_for: int | None = None
    words: int | None = None
    is_ai: bool | None = None

    @property
    def pace(self) -> float | None:
        """Words a minute, at least; None where it is unknown. What was read in no time counts as one second."""
        if self.read_for is None or self.words is None:
            return None
        return self.words * 60 / max(1, self.read_for)


class Stamps(Struct, frozen=True, kw_only=True):
    """All approvals of a span of time, and the words of the page that is before us."""

    given: tuple[ApprovalGiven, ...] = ()
    page_words: int | None = None


class PersonFigures(Struct, frozen=True, kw_only=True):
    """How one person approved: how many, how many of them measured, the middle of the measured."""

    person: str
    approvals: int
    measured: int
    median_seconds: float | None
    median_pace: float | None
    of_ai: int
    """AI-assisted changes that they approved."""
    all_ai: int
    """AI-assisted changes that anybody approved."""
    unknown_origin: int
    """Approvals of changes whose package is not at hand, so that nobody can say who wrote them."""
    longest_batch: int
    """The most of their approvals within the span that a batch has."""

    @property
    def share(self) -> float | None:
        """The part of all AI-assisted changes that they approved; None where there is none."""
        return self.of_ai / self.all_ai if self.all_ai else None


def figures(given: tuple[ApprovalGiven, ...], *, batch_seconds: float) -> tuple[PersonFigures, ...]:
    """The figures of everybody who approved, whoever approved most first."""
    people: dict[str, list[ApprovalGiven]] = {}
    for each in given:
        people.setdefault(each.person, []).append(each)
    all_ai = len({each.decision for each in given if each.is_ai})
    made = [_of(person, theirs, all_ai=all_ai, batch_seconds=batch_seconds) for person, theirs in people.items()]
    return tuple(sorted(made, key=lambda each: (-each.approvals, each.person)))


def _of(person: str, theirs: list[ApprovalGiven], *, all_ai: int, batch_seconds: float) -> PersonFigures:
    seconds = [each.read_for for each in theirs if each.read_for is not None]
    paces = [each.pace for each in theirs if each.pace is not None]
    return PersonFigures(
        person=person,
        approvals=len(theirs),
        measured=len(paces),
        median_seconds=float(median(seconds)) if seconds else None,
        median_pace=median(paces) if paces else None,
        of_ai=len({each.decision for each in theirs if each.is_ai}),
        all_ai=all_ai,
        unknown_origin=sum(each.is_ai is None for each in theirs),
        longest_batch=longest_batch(theirs, batch_seconds=batch_seconds),
    )


def longest_batch(theirs: Sequence[ApprovalGiven], *, batch_seconds: float) -> int:
    """The most approvals of different changes that lie within so many seconds of each other."""
    ordered = sorted(theirs, key=lambda each: each.at)
    most = first = 0
    for last, each in enumerate(ordered):
        while (each.at - ordered[first].at).total_seconds() > batch_seconds:
            first += 1
        most = max(most, len({other.decision for other in ordered[first : last + 1]}))
    return most
