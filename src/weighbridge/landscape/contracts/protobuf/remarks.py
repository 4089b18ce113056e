"""What stands beside a declaration in words: often the only place that says what a number counts."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side

_REMARK: Final = LatePattern(r"^\s*(?://|/\*|\*)")
_MARKS: Final = LatePattern(r"(?m)^\s*(?:/\*+|//+|\*+/?)|\*+/\s*$")
_MOST_LINES: Final = 30
_STEM: Final = 4
"""Letters at the beginning of a word that two spellings of it have in common."""

_UNITS: Final[Mapping[str, Mapping[str, str]]] = {
    "speed": {
        "m/s": r"m/s|met(?:er|re)s? per second",
        "km/h": r"km/?h|kph|kilomet(?:er|re)s? per hour",
        "mph": r"mph|miles per hour",
        "knots": r"knots?|kts?",
        "cm/s": r"cm/s",
    },
    "time": {
        "nanoseconds": r"nano-?sec(?:ond)?s?|ns",
        "microseconds": r"micro-?sec(?:ond)?s?|us|µs",
        "milliseconds": r"milli-?sec(?:ond)?s?|ms|millis",
        "seconds": r"sec(?:ond)?s?",
        "minutes": r"min(?:ute)?s?",
        "hours": r"hours?",
        "days": r"days?",
    },
    "money": {
        "cents": r"(?:euro)?cents?|pence|minor units?",
        "whole": r"euros?|dollars?|pounds?|EUR|USD|GBP|major units?",
    },
    "length": {
        "millimetres": r"millimet(?:er|re)s?|mm",
        "centimetres": r"centimet(?:er|re)s?|cm",
        "metres": r"met(?:er|re)s?",
        "kilometres": r"kilomet(?:er|re)s?|km",
        "feet": r"feet|foot|ft",
        "miles": r"miles?",
    },
    "temperature": {"celsius": r"celsius|°C", "fahrenheit": r"fahrenheit|°F", "kelvin": r"kelvin"},
    "angle": {"degrees": r"degrees?", "radians": r"radians?"},
    "size": {
        "bits": r"bits",
        "bytes": r"bytes",
        "kilobytes": r"kilobytes?|[kK]B|KiB",
        "megabytes": r"megabytes?|MB|MiB",
    },
    "voltage": {"volts": r"volts?", "millivolts": r"millivolts?|mV"},
}
_PATTERNS: Final = {
    kind: LatePattern("(?<![\\w/])(?:" + "|".join(f"({each})" for each in units.values()) + r")(?![\w/])")
    for kind, units in _UNITS.items()
}


def remark_at(lines: Sequence[str], line: int) -> str:
    """The words above a declaration and behind it, in one line; `line` counts from one."""
    if not 0 < line <= len(lines):
        return ""
    first = line - 1
    while first > 0 and line - first <= _MOST_LINES and _REMARK.search(lines[first - 1]):
        first -= 1
    own = lines[line - 1]
    behind = own[min((at for at in (own.find("//"), own.find("/*")) if at >= 0), default=len(own)) :]
    return " ".join(_MARKS.sub(" ", "\n".join([*lines[first : line - 1], behind])).split())


class Remarks:
    """Answers for the files of both sides."""

    def __init__(self, base: Mapping[RepoPath, str], head: Mapping[RepoPath, str]) -> None:
        self._texts = {Side.BASE: base, Side.HEAD: head}
        self._lines: dict[tuple[Side, RepoPath], list[str]] = {}

    def at(self, side: Side, path: RepoPath, *, line: int) -> str:
        """The words beside a declaration."""
        key = (side, path)
        if key not in self._lines:
            self._lines[key] = self._texts[side].get(path, "").split("\n")
        return remark_at(self._lines[key], line)


def other_unit(before: str, after: str) -> tuple[str, str] | None:
    """What words say that a value counts, before and after, where that is of one kind and something else."""
    for kind, pattern in _PATTERNS.items() if before != after else ():
        was, now = (_units(pattern.finditer(text), kind) for text in (before, after))
        if len(was) == len(now) == 1 and was != now:
            return was.pop(), now.pop()
    return None


def _units(found: Iterator[re.Match[str]], kind: str) -> set[str]:
    names = list(_UNITS[kind])
    return {names[each.lastindex - 1] for each in found if each.lastindex}


def may_be_one(name: str, other: str, *, among: Iterable[str]) -> bool:
    """Whether two names of a value may mean one thing: they have a word in common, besides those that all values have."""
    words = [set(each.lower().split("_")) for each in among]
    shared = set.intersection(*words) if len(words) > 1 else set()
    one, two = (set(each.lower().split("_")) - shared for each in (name, other))
    is_alike = any(a.startswith(b[:_STEM]) or b.startswith(a[:_STEM]) for a in one for b in two)
    return not one or not two or is_alike or bool(one & two)
