"""What of a repository's SQL a migration tool runs only to take a migration back: whole files, or parts of one."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from weighbridge.domain.ids import RepoPath

_UNDOES: Final = frozenset(
    {"+goose down", "migrate:down", "+migrate down", "//@undo", "+micrate down", "@undo", "down migration"}
)
_DOES: Final = frozenset({"+goose up", "migrate:up", "+migrate up", "+micrate up", "@up", "up migration"})
_BACK: Final = ("down", "undo", "rollback", "revert")
_WITH_DOWN: Final = frozenset({"shut", "tear", "break", "mark", "count", "cool", "slow", "drill", "mow", "lock"})
"""Words that are one with `down` behind them, and take nothing back."""


def undoes(path: RepoPath) -> bool:
    """Whether a migration file by its name takes another one back."""
    folders, _, name = path.lower().rpartition("/")
    stem = name.rpartition(".")[0] or name
    is_flyway = path.rpartition("/")[2][:1] == "U" and stem[1:2].isdigit() and "__" in stem
    words = stem.replace("-", ".").replace("_", ".").split(".")
    return (
        is_flyway or (words[-1] in _BACK and _WITH_DOWN.isdisjoint(words[-2:-1])) or folders.rpartition("/")[2] in _BACK
    )


def undoing_lines(text: str) -> tuple[tuple[int, int], ...]:
    """The line ranges that a migration tool runs only to take the script back."""
    if "--" not in text:
        return ()
    found: list[tuple[int, int]] = []
    start = 0
    lines = text.split("\n")  # as the reader of statements counts them
    for number, line in enumerate(lines, start=1):
        stripped = line.strip()
        if not stripped.startswith("--"):
            continue
        mark = " ".join(stripped[2:].lower().split()).removesuffix(" transaction:false")
        if mark in _UNDOES and not start:
            start = number
        elif (mark in _DOES or mark.startswith(_NEXT)) and start:
            found.append((start, number - 1))
            start = 0
    return (*found, (start, len(lines) + 1)) if start else tuple(found)


def is_within(line: int, ranges: Sequence[tuple[int, int]]) -> bool:
    """Whether a line lies in one of these ranges, which are in order."""
    at = bisect_right(ranges, (line, 1 << 62)) - 1
    return at >= 0 and ranges[at][0] <= line <= ranges[at][1]


_NEXT: Final = ("changeset ", "liquibase formatted")
"""Where Liquibase's next change begins, which ends the way back of the one before."""
