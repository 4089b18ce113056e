"""The features of Kamei et al., "A large-scale empirical study of just-in-time quality assurance" (TSE 39(6), 2013).

LT, the size of the files before the change, is left out: a log's counts do not hold it, and reading every earlier
version of every file would cost more than the rest together. "Earlier" means earlier within the history that was read.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct

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


class Features(Struct, frozen=True):
    """One change's values, in the order of `Feature`; `has_author` and `has_past` say which of them mean something."""

    values: tuple[float, ...]
    has_author: bool
    has_past: bool

    def __getitem__(self, feature: Feature) -> float:
        return self.values[PLACE[feature]]


PLACE: Final = {feature: place for place, feature in enumerate(Feature)}
"""Where among its values a change's feature stands: looked up once where thousands of changes are asked for one."""


def column(feature: Feature, changes: Iterable[Features]) -> list[float]:
    """One feature of each change."""
    place = PLACE[feature]
    return [features.values[place] for features in changes]


class _Trace:
    """What earlier changes left on one file: the last one's number and time, and everybody who made one."""

    __slots__ = ("developers", "number", "time")

    def __init__(self) -> None:
        self.number = self.time = 0
        self.developers: set[str] = set()


class History:
    """What earlier changes left behind; changes are added oldest first, and measured before they are added."""

    __slots__ = ("_by_author", "_by_subsystem", "_traces")

    def __init__(self) -> None:
        self._traces: dict[str, _Trace] = {}
        self._by_author: dict[str, list[int]] = {}
        self._by_subsystem: dict[tuple[str, str], int] = {}

    def measure(self, change: PastChange) -> Features:
        """The change's features as of now."""
        author, now = change.author, change.time
        traces = [trace for path in change.paths if (trace := self._traces.get(path)) is not None]
        times = self._by_author.get(author, [])
        ages = sum([now - trace.time for trace in traces if trace.time < now])
        values = (
            len(change.subsystems),
            change.folders,
            change.files,
            change.entropy,
            change.added,
            change.removed,
            change.is_fix,
            _people(traces),
            ages / len(traces) / _DAY if traces else 0,
            len({trace.number for trace in traces}),
            len(times),
            _recent(times, now),
            sum([self._by_subsystem.get((author, subsystem), 0) for subsystem in change.subsystems]),
        )
        return Features(values=tuple(map(float, values)), has_author=bool(author), has_past=bool(traces))

    def add(self, change: PastChange, number: int) -> None:
        """Remember the change; `number` tells it from the others."""
        for path in change.paths:
            trace = self._traces.get(path)
            if trace is None:
                trace = self._traces[path] = _Trace()
            trace.number, trace.time = number, change.time
            trace.developers.add(change.author)
        insort(self._by_author.setdefault(change.author, []), change.time)
        for subsystem in change.subsystems:
            key = (change.author, subsystem)
            self._by_subsystem[key] = self._by_subsystem.get(key, 0) + 1


def _people(traces: list[_Trace]) -> int:
    if len(traces) == 1:
        return len(traces[0].developers)
    return len(set().union(*(trace.developers for trace in traces)))


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
