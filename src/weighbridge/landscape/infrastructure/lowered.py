"""What is changed in place only to more, and is less now: a disk that shrinks, a version that goes back, a lower tier."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.facts.terraform.changes import Step, at
from weighbridge.landscape.infrastructure.kinds import Kind

_NUMBERS: Final = re.compile(r"\d{1,12}")
_PLAIN: Final = re.compile(r"v?\d{1,12}(?:\.\d{1,12})*(?:\.x)?")


def lowered(kind: Kind, *, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[Step, ...]]:
    """The paths of the values of a type that are less now, and of which another one is made for that."""
    for path, words in kind.lowers.items():
        steps = steps_of(path)
        before, after = at(was, steps), at(now, steps)
        if _is_less(after, before, words=words):
            yield steps


def steps_of(path: tuple[str, ...]) -> tuple[Step, ...]:
    """The path with the numbers of the blocks on its way."""
    return tuple(step for name in path[:-1] for step in (name, 0)) + path[-1:]


def _is_less(now: object, was: object, *, words: tuple[str, ...]) -> bool:
    if words:
        return isinstance(now, str) and isinstance(was, str) and _rank(now, words) < _rank(was, words)
    less, more = _numbers(now), _numbers(was)
    length = min(len(less), len(more))
    return less[:length] < more[:length]


def _rank(value: str, words: tuple[str, ...]) -> int:
    return max((rank for rank, word in enumerate(words) if value.startswith(word)), default=len(words))


def _numbers(value: object) -> tuple[int, ...]:
    """A size, or the numbers of a version; none where it is neither."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return ()
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return tuple(map(int, _NUMBERS.findall(text))) if _PLAIN.fullmatch(text) else ()
