"""The features of Kamei et al., "A large-scale empirical study of just-in-time quality assurance" (TSE 39(6), 2013).

LT, the size of the files before the change, is left out: a log's counts do not hold it, and reading every earlier
version of every file would cost more than the rest together. "Earlier" means earlier within the history that was read.
"""

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from weighbridge.risk.past import PastChange

_YEAR: Final = 31_557_600
_DAY: Final = 86_400


class Feature(StrEnum):
    """What is measured of a change; the values are the study's own short names."""

    SUBSYSTEMS = "NS"
    FOLDERS = "ND"
    FILES = "NF"
    ENTROPY = "entropy"
    ADDED = "LA"
    REMOVED = "LD"
    FIX = "FIX"
    DEVELOPERS = "NDEV"
    AGE = "AGE"
    UNIQUE_CHANGES = "NUC"
    EXPERIENCE = "EXP"
    RECENT_EXPERIENCE = "REXP"
    SUBSYSTEM_EXPERIENCE = "SEXP"


@dataclass(frozen=True, slots=True)
class Features:
    """One change's values, in the order of `Feature`; `has_author` and `has_past` say which of them mean something."""

    values: tuple[float, ...]
    has_author: bool
    has_past: bool

    def __getitem__(self, feature: Feature) -> float:
        return self.values[_PLACE[feature]]


_PLACE: Final = {feature: place for place, feature in enumerate(Feature)}


class History:
    """What earlier changes left behind; changes are added oldest first, and measured before they are added."""

    __slots__ = ("_by_author", "_by_subsystem", "_developers", "_last")

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, int]] = {}
        self._developers: dict[str, set[str]] = {}
        self._by_author: dict[str, list[int]] = {}
        self._by_subsystem: Counter[tuple[str, str]] = Counter()

    def measure(self, change: PastChange) -> Features:
        """The change's features as of now."""
        author, now = change.author, change.time
        last = [self._last[path] for path in change.paths if path in self._last]
        times = self._by_author.get(author, [])
        developers = set().union(*(self._developers[path] for path in change.paths if path in self._developers))
        ages = sum(max(0, now - time) for _, time in last)
        values = (
            float(len(change.subsystems)),
            float(change.folders),
            float(change.files),
            change.entropy,
            float(change.added),
            float(change.removed),
            float(change.is_fix),
            float(len(developers)),
            ages / len(last) / _DAY if last else 0.0,
            float(len({number for number, _ in last})),
            float(len(times)),
            _recent(times, now),
            float(sum(self._by_subsystem[(author, subsystem)] for subsystem in change.subsystems)),
        )
        return Features(values=values, has_author=bool(author), has_past=bool(last))

    def add(self, change: PastChange, number: int) -> None:
        """Remember the change; `number` tells it from the others."""
        mark = (number, change.time)
        for path in change.paths:
            self._last[path] = mark
            self._developers.setdefault(path, set()).add(change.author)
        insort(self._by_author.setdefault(change.author, []), change.time)
        for subsystem in change.subsystems:
            self._by_subsystem[(change.author, subsystem)] += 1


def _recent(times: list[int], now: int) -> float:
    """Earlier changes, each divided by one more than its age in whole years."""
    right = bisect_right(times, now)
    total, years = float(len(times) - right), 0
    while right:
        left = bisect_right(times, now - (years + 1) * _YEAR, 0, right)
        total += (right - left) / (years + 1)
        right, years = left, years + 1
    return total


def measure_all(past: Iterable[PastChange], change: PastChange) -> tuple[list[Features], Features]:
    """The features of each of `past` (oldest first), then those of `change` after all of them."""
    history = History()
    measured: list[Features] = []
    for number, earlier in enumerate(past):
        measured.append(history.measure(earlier))
        history.add(earlier, number)
    return measured, history.measure(change)
