"""Which versions of a language a manifest lets a package be installed on, as sets: ranges are written in too many ways to compare."""

import re
from collections.abc import Callable, Collection
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

Version = tuple[int, ...]

PYTHONS: Final[tuple[Version, ...]] = ((2, 7), *((3, minor) for minor in range(41)))
NODES: Final[tuple[Version, ...]] = tuple((major,) for major in range(4, 61, 2))
"""The even ones: the others live for half a year, and nobody is promised them."""

_PART: Final = LatePattern(
    r"(?P<sign>===|==|~=|!=|>=|<=|>|<|=|\^|~)?\s*v?(?P<number>\d+(?:\.(?:\d+|[xX*]))*)(?:[-+]?\w[\w.+-]*)?"
)
_BETWEEN: Final = LatePattern(r"(\d[\w.]*)\s+-\s+(\d[\w.]*)")
_LAST: Final = 999
_LONGEST: Final = 300


def allowed(written: str, known: Collection[Version]) -> frozenset[Version] | None:
    """The known versions of which any patch is let in; all of them where nothing is written, None where it is not understood."""
    if not written.strip():
        return frozenset(known)
    if len(written) > _LONGEST:
        return None
    found: set[Version] = set()
    for way in re.split(r"\|\|?", written):
        tests = _tests(_BETWEEN.sub(r">=\1 <=\2", way.strip()))
        if tests is None:
            return None
        found |= {each for each in known if all(test(each) for test in tests)}
    return frozenset(found)


def _tests(way: str) -> list[Callable[[Version], bool]] | None:
    if way in ("*", "x", "latest"):
        return []
    left = _PART.sub(" ", way).replace(",", " ").strip()
    found = [_test(each["sign"] or "", each["number"]) for each in _PART.finditer(way)]
    return None if left or not found else found


def _test(sign: str, number: str) -> Callable[[Version], bool]:
    """A test of whether any patch of a version fits one comparison."""
    parts = number.split(".")
    at = tuple(int(each) for each in parts if each.isdecimal())
    match sign:
        case ">=" | ">":
            return lambda v: _up(v) >= at
        case "<" | "<=":
            return lambda v: v < at or (sign == "<=" and _begins(v, at))
        case "!=":
            is_wild = len(at) < len(parts)
            return lambda v: not (v[: len(at)] == at if is_wild else v == at)
        case "^" | "~=":
            fixed = at[:1] if sign == "^" else at[: max(len(at) - 1, 1)]
            return lambda v: _up(v) >= at and _begins(v, fixed)
        case _:
            return lambda v: _begins(v, at)


def _begins(version: Version, at: Version) -> bool:
    """Whether two versions are the same as far as both say."""
    return version[: len(at)] == at[: len(version)]


def _up(version: Version) -> Version:
    return (*version, _LAST, _LAST)


def shown(version: Version) -> str:
    """As people write it."""
    return ".".join(map(str, version))
