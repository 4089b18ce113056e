"""Makes a quick pattern slow, in ways that people do it by."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

_LOOP: Final = re.compile(r"(\[(?:\\.|[^\]\\\[])+\]|\\[dws]|(?<![\\\w(])[a-z]|(?<!\\)\.)([*+])(?![?+])")
"""A single character that is repeated, in what stands outside of classes."""

_END: Final = "~~~"
"""What no repetition before it takes in the texts that are tried: a match must fail there."""


def mutated(pattern: str) -> Iterator[tuple[str, str]]:
    """The ways by name, and the slow pattern each makes; nothing where there is no loop outside of a class."""
    loops = [found for found in _LOOP.finditer(pattern) if not _in_class(pattern, found.start())]
    if not loops:
        return
    found = loops[-1]
    for name, make in MUTATIONS.items():
        head, tail = pattern[: found.start()], pattern[found.end() :]
        yield name, f"{head}{make(found[1])}{_END}{tail}"


MUTATIONS: Final[Mapping[str, Callable[[str], str]]] = {
    "a repetition is repeated": lambda one: f"(?:{one}+)+",
    "a repetition with an optional end is repeated": lambda one: f"(?:{one}+,?)*",
    "an alternative takes the same": lambda one: f"(?:{one}|{one}{one})+",
    "a repetition twice": lambda one: f"{one}*{one}*",
    "three repetitions": lambda one: f"{one}*{one}*-?{one}+",
    "an optional part may stand anywhere": lambda one: f"(?:-?{one}*)*",
}


def _in_class(pattern: str, at: int) -> bool:
    inside, index = False, 0
    while index < at:
        sign = pattern[index]
        if sign == "\\":
            index += 1
        elif sign == "[":
            inside = True
        elif sign == "]":
            inside = False
        index += 1
    return inside
