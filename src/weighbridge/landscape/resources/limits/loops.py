"""Loops that nothing in their head ends, found in the text: facts tell only the lines of loops that go through elements."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.resources.limits.reading import Reading

_SAID: Final = LatePattern(
    r"//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z)|\"(?:\\.|[^\"\\\n])*(?:\"|$)|'(?:\\.|[^'\\\n])*(?:'|$)|`(?:\\.|[^`\\])*(?:`|\Z)",
    re.M,
)
"""Comments and texts of languages with braces."""
_LAID: Final = LatePattern(
    r"#[^\n]*|\"\"\"(?:[^\"]|\"(?!\"\"))*(?:\"\"\"|\Z)|'''(?:[^']|'(?!''))*(?:'''|\Z)|\"(?:\\.|[^\"\\\n])*(?:\"|$)|'(?:\\.|[^'\\\n])*(?:'|$)",
    re.M,
)
_BRACED: Final = LatePattern(r"\bfor\s*\(\s*;\s*;\s*\)\s*\{|\bwhile\s*\(\s*(?:true|1)\s*\)\s*\{")
_OF_GO: Final = LatePattern(r"^[ \t]*(?:\w+:[ \t]*\n?[ \t]*)?for[ \t]*(?:true[ \t]*)?\{", re.M)
_OF_PYTHON: Final = LatePattern(r"^([ \t]*)while[ \t]*\(?[ \t]*(?:True|1)[ \t]*\)?[ \t]*:", re.M)
_MOST: Final = 200
"""Loops of one file that are looked at."""


class Endless(Struct, frozen=True, dict=True):
    """A loop whose head never ends it: its lines, and its body without comments and texts."""

    first: int
    last: int
    body: str

    @cached_property
    def lines(self) -> Sequence[str]:
        """The body, line by line; the first is that of the loop's head."""
        return self.body.split("\n")

    def between(self, first: int, last: int) -> str:
        """The body's text of some lines of the file."""
        return "\n".join(self.lines[max(first - self.first, 0) : max(last - self.first + 1, 0)])

    def holds(self, line: int) -> bool:
        """Whether a line lies within."""
        return self.first <= line <= self.last


def plain_text(reading: Reading) -> str:
    """A file's text in which comments and texts are blank, line by line as long as before."""
    pattern = _LAID if reading.facts.language == "python" else _SAID
    return pattern.sub(lambda found: _blank(found.group()), reading.text)


def _blank(said: str) -> str:
    return "".join("\n" if sign == "\n" else " " for sign in said)


def endless_loops(reading: Reading) -> Iterator[Endless]:
    """The loops of a file that only what stands in them ends."""
    heads = {"python": "while", "go": "for"}
    if heads.get(reading.facts.language, "") not in reading.text:
        return
    text = plain_text(reading)
    if reading.facts.language == "python":
        yield from _laid_out(text)
        return
    pattern = _OF_GO if reading.facts.language == "go" else _BRACED
    for number, found in enumerate(pattern.finditer(text)):
        end = _closing(text, found.end()) if number < _MOST else -1
        if end > 0:
            start = found.end() - 1
            first = text.count("\n", 0, start) + 1
            yield Endless(first, first + text.count("\n", start, end), text[start:end])


def _laid_out(text: str) -> Iterator[Endless]:
    lines = text.split("\n")
    for number, found in enumerate(_OF_PYTHON.finditer(text)):
        if number >= _MOST:
            return
        at = text.count("\n", 0, found.start())
        depth = len(found.group(1).expandtabs())
        last = at
        for index in range(at + 1, len(lines)):
            line = lines[index]
            if line.strip():
                if len(line.expandtabs()) - len(line.expandtabs().lstrip()) <= depth:
                    break
                last = index
        yield Endless(at + 1, last + 1, "\n".join(lines[at : last + 1]))


_BRACE: Final = LatePattern(r"[{}]")
_FURTHEST: Final = 100_000
"""Signs behind which a loop's end is no longer looked for."""


def _closing(text: str, start: int) -> int:
    """Where the block that begins before `start` ends; -1 where it does not."""
    depth = 1
    for found in _BRACE.finditer(text, start):
        if found.start() - start > _FURTHEST:
            return -1
        depth += 1 if found.group() == "{" else -1
        if depth == 0:
            return found.end()
    return -1
