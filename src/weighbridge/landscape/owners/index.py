"""Finds the last of thousands of patterns that matches a path, in each section, looking only at those that could."""

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
    """The patterns of all sections, by what every match of theirs must have, so that a path is asked about once."""

    def __init__(self, sections: Sequence[Sequence[Pattern]]) -> None:
        """`sections` and their patterns in the order of the file."""
        self._by_prefix: defaultdict[str, _Tails] = defaultdict(_Tails)
        self._by_segment: defaultdict[str, _Tails] = defaultdict(_Tails)
        for section, patterns in enumerate(sections):
            for position, pattern in enumerate(patterns):
                is_floating = pattern.segment and not pattern.prefix
                tails = self._by_segment[pattern.segment] if is_floating else self._by_prefix[pattern.prefix]
                tails.add(section, position, pattern=pattern)

    @property
    def heaviest(self) -> int:
        """The most patterns that may have to be tried of one path for having nothing to tell them apart by."""
        groups = (*self._by_prefix.values(), *self._by_segment.values())
        return max((each.heaviest for each in groups), default=0)

    def last_matches(self, path: RepoPath) -> dict[int, int]:
        """Of each section in which some pattern matches `path`, the position of the last one that does."""
        segments = path.split("/")
        groups = [self._by_prefix.get(place) for place in _places(path)]
        groups += [self._by_segment.get(segment) for segment in dict.fromkeys(segments)]
        best: dict[int, int] = {}
        known: dict[str, bool] = {}
        for tails in groups:
            for by_section in () if tails is None else tails.those_for(segments):
                for section, candidates in by_section.items():
                    found = _last_of(candidates, path, after=best.get(section, _NONE), known=known)
                    if found != _NONE:
                        best[section] = found
        return best


class _Tails:
    """The patterns of one prefix, by the ending that some segment of a match must have."""

    __slots__ = ("_by_tail", "_lengths")

    def __init__(self) -> None:
        self._by_tail: dict[str, dict[int, list[tuple[int, Pattern]]]] = {}
        self._lengths: set[int] = set()

    def add(self, section: int, position: int, *, pattern: Pattern) -> None:
        """Add a pattern that stands after all that were added to its section."""
        self._by_tail.setdefault(pattern.tail, {}).setdefault(section, []).append((position, pattern))
        self._lengths.add(len(pattern.tail))

    @property
    def heaviest(self) -> int:
        """The most patterns of one ending, those that are written alike once."""
        many = (
            len({pattern.source for candidates in by_section.values() for _, pattern in candidates})
            for by_section in self._by_tail.values()
        )
        return max(many, default=0)

    def those_for(self, segments: list[str]) -> Iterator[dict[int, list[tuple[int, Pattern]]]]:
        """The patterns whose ending some of `segments` has, by section."""
        for length in self._lengths:
            endings = {s[-length:] for s in segments if len(s) >= length} if length else {""}
            for ending in endings:
                if ending in self._by_tail:
                    yield self._by_tail[ending]


def _last_of(candidates: Sequence[tuple[int, Pattern]], path: RepoPath, *, after: int, known: dict[str, bool]) -> int:
    """The position of the last that matches and stands behind `after`; `known` keeps what was tried of this path."""
    for position, pattern in reversed(candidates):
        if position <= after:
            break
        matches = known.get(pattern.source)
        if matches is None:
            matches = known[pattern.source] = pattern.matches(path)
        if matches:
            return position
    return _NONE


def _places(path: RepoPath) -> Iterator[str]:
    """The root, every folder above `path`, and the path itself."""
    yield ""
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)
    yield path
