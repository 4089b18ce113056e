"""Reads `.gitattributes`: which attributes a line gives to which files."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern

_FIELD: Final = LatePattern(r'"((?:[^"\\]|\\.)*)"|(\S+)')


class AttributeLine(Struct, frozen=True, kw_only=True):
    """One line: its pattern, and its attributes with their values: `set`, `unset`, `unspecified`, or the text given."""

    number: int
    pattern: str
    attributes: dict[str, str]


def read_attributes(text: str) -> Iterator[AttributeLine]:
    """The lines that give attributes, macros (`[attr]name`) with their definition included."""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        first = _FIELD.match(stripped)
        if first is None:
            continue
        words = stripped[first.end() :].split()
        yield AttributeLine(
            number=number, pattern=first.group(1) or first.group(2) or "", attributes=dict(map(_attribute, words))
        )


def _attribute(word: str) -> tuple[str, str]:
    if word == "binary":
        return "diff", "unset"
    if word.startswith("-"):
        return word[1:], "unset"
    if word.startswith("!"):
        return word[1:], "unspecified"
    name, equals, value = word.partition("=")
    return name, value if equals else "set"
