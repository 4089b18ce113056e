"""Finds the last of thousands of patterns that matches a path, looking only at those that could."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath

_NONE: Final = -1


@lru_cache(maxsize=20_000)
def _compiled(source: str) -> re.Pattern[str]:
    """Compiling costs more than matching, and of thousands of patterns only a few are ever tried."""
    return re.compile(source)


class Pattern(Struct, frozen=True, kw_only=True):
    """A pattern's expression, and what every match has: a folder it lies at, a whole segment, a segment's ending.

    `prefix` is known of anchored patterns; `segment` stands in for it where it is empty.
    """

    source: str
    prefix: str = ""
    segment: str = ""
    tail: str = ""

    def matches(self, path: RepoPath) -> bool:
        """Whether the whole of `path` matches."""
        return _compiled(self.source).fullmatch(path) is not None


class PatternIndex:
    """Patterns by what every match of theirs must have."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        """`patterns` in the order of the file."""
        self._by_prefix: defaultdict[str, _Tails] = defaultdict(_Tails)
        self._by_segment: defaultdict[str, _Tails] = defaultdict(_Tails)
        for position, pattern in enumerate(patterns):
            is_floating = pattern.segment and not pattern.prefix
            tails = self._by_segment[pattern.segment] if is_floating else self._by_prefix[pattern.prefix]
            tails.add(position, pattern)

    def last_match(self, path: RepoPath) -> int | None:
        """The position of the last pattern that matches `path`, None when none does."""
        segments = path.split("/")
        groups = [self._by_prefix.get(place) for place in _places(path)]
        groups += [self._by_segment.get(segment) for segment in dict.fromkeys(segments)]
        best = _NONE
        for tails in groups:
            if tails is not None:
                best = tails.last_match(path, segments, best=best)
        return None if best == _NONE else best


class _Tails:
    """The patterns of one prefix, by the ending that some segment of a match must have."""

    __slots__ = ("_by_tail", "_lengths")

    def __init__(self) -> None:
        self._by_tail: defaultdict[str, list[tuple[int, Pattern]]] = defaultdict(list)
        self._lengths: set[int] = set()

    def add(self, position: int, pattern: Pattern) -> None:
        """Add a pattern that stands after all added before."""
        self._by_tail[pattern.tail].append((position, pattern))
        self._lengths.add(len(pattern.tail))

    def last_match(self, path: RepoPath, segments: list[str], *, best: int) -> int:
        """The position of the last pattern that matches, or `best` when none after it does."""
        for length in self._lengths:
            endings = {s[-length:] for s in segments if len(s) >= length} if length else {""}
            for ending in endings:
                best = _last_of(self._by_tail.get(ending, ()), path, best=best)
        return best


def _last_of(candidates: Sequence[tuple[int, Pattern]], path: RepoPath, *, best: int) -> int:
    for position, pattern in reversed(candidates):
        if position <= best:
            break
        if pattern.matches(path):
            return position
    return best


def _places(path: RepoPath) -> Iterator[str]:
    """The root, every folder above `path`, and the path itself."""
    yield ""
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)
    yield path
