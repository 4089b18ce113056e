"""Reads the unified diffs that fixes come as, into replacements of whole lines."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

_HUNK: Final = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")


class Replacement(Struct, frozen=True, kw_only=True):
    """`removed` lines from line `start` on give way to `inserted`; with `removed` 0 they go in before line `start`."""

    path: str
    start: int
    removed: int
    inserted: tuple[str, ...]


def replacements(patch: str) -> tuple[Replacement, ...]:
    """What the patch replaces, file by file; empty when it makes, removes or renames files, changes what stands at the
    end of a file without a final newline, or is not a patch: such a fix is given as its text alone.
    """
    lines = patch.split("\n")
    if any(
        line.startswith(("\\", "rename ", "copy ", "GIT binary", "+++ /dev/null", "--- /dev/null")) for line in lines
    ):
        return ()
    return tuple(_read(lines))


def _read(lines: list[str]) -> Iterator[Replacement]:
    path, position = "", 0
    while position < len(lines):
        line = lines[position]
        position += 1
        hunk = _HUNK.match(line)
        if line.startswith("+++ "):
            path = line[4:].partition("\t")[0].removeprefix("b/")
        elif hunk and path:
            length = int(hunk.group(2) or "1")
            body = _body(lines[position:], length)
            position += len(body)
            # a hunk that only inserts names the line it inserts after
            first = int(hunk.group(1)) + (0 if length else 1)
            yield from _changes(path, first, body=body)


def _body(lines: list[str], length: int) -> list[str]:
    """The hunk's lines: as many old ones as it states, and the new ones among and after them."""
    seen = 0
    for index, line in enumerate(lines):
        if line[:1] not in {" ", "-", "+"} or (seen == length and line[:1] != "+"):
            return lines[:index]
        seen += line[0] in " -"
    return lines


def _changes(path: str, first: int, *, body: list[str]) -> Iterator[Replacement]:
    """One replacement for each run of changed lines."""
    at, start, removed = first, first, 0
    inserted: list[str] = []
    for line in [*body, " "]:
        if line[0] == " ":
            if removed or inserted:
                yield Replacement(path=path, start=start, removed=removed, inserted=tuple(inserted))
            at, removed, inserted = at + 1, 0, []
            start = at
        elif line[0] == "-":
            at, removed = at + 1, removed + 1
        else:
            inserted.append(line[1:])
