"""What of a repository's SQL a migration tool runs only to take a migration back: whole files, or parts of one.

A mark counts only for the tool whose mark it is: a file that another tool runs runs what stands behind it too.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern

_BACK: Final = ("down", "undo", "rollback", "revert")
_WITH_DOWN: Final = frozenset({"shut", "tear", "break", "mark", "count", "cool", "slow", "drill", "mow", "lock"})
"""Words that are one with `down` behind them, and take nothing back."""
_WITHOUT_MARKS: Final = LatePattern(
    r"(?:^|/)(?:[VRB][\d_.]*__[^/]+|(?:before|after)[A-Z]\w*)\.sql$|/migration\.sql$|(?:^|/)(?:[^/]*\.)?up\.sql$"
)
"""Files of Flyway, Prisma, Diesel and golang-migrate, which know no marks: the whole of one is run."""
_LIQUIBASE: Final = LatePattern(r"\s*--\s*liquibase formatted", re.IGNORECASE)
_NUMBERED: Final = 2
"""As many neighbours without marks say that whoever runs them knows none."""


Beside = Callable[[], Iterable[tuple[RepoPath, str]]]
"""Gives the scripts that lie with one, where somebody asks."""


class Marks(Struct, frozen=True, kw_only=True):
    """How one tool tells by lines of a script what does and what undoes, as it reads them itself."""

    tool: str
    does: LatePattern
    undoes: LatePattern


_TOOLS: Final = (
    Marks(
        tool="goose",
        does=LatePattern(r"--\s*\+goose\s+up\s*$", re.IGNORECASE),
        undoes=LatePattern(r"--\s*\+goose\s+down\s*$", re.IGNORECASE),
    ),
    Marks(
        tool="dbmate",
        does=LatePattern(r"--\s*migrate:up(?:\s|$)"),
        undoes=LatePattern(r"--\s*migrate:down(?:\s|$)"),
    ),
    Marks(
        tool="sql-migrate",
        does=LatePattern(r"-- \+migrate Up\b"),
        undoes=LatePattern(r"-- \+migrate Down\b"),
    ),
    Marks(
        tool="micrate",
        does=LatePattern(r"-- ?\+micrate Up\b"),
        undoes=LatePattern(r"-- ?\+micrate Down\b"),
    ),
    Marks(
        tool="node-pg-migrate",
        does=LatePattern(r"\s*--[\s-]*up\s+migration", re.IGNORECASE),
        undoes=LatePattern(r"\s*--[\s-]*down\s+migration", re.IGNORECASE),
    ),
    Marks(
        tool="MyBatis",
        does=LatePattern(r"--\s*//(?!\s*@undo)", re.IGNORECASE),
        undoes=LatePattern(r"--\s*//\s*@undo\s*$", re.IGNORECASE),
    ),
    Marks(
        tool="Play",
        does=LatePattern(r"(?:#|--).*!Ups"),
        undoes=LatePattern(r"(?:#|--).*!Downs"),
    ),
)


def undoes(path: RepoPath, among: Callable[[], Iterable[RepoPath]] | None = None) -> bool:
    """Whether a migration file by its name takes another one back.

    Where the name only describes it so (`12_revert.sql`), and `among` gives what else there is, one of the same number must be there.
    """
    folders, slash, name = path.lower().rpartition("/")
    stem = name.rpartition(".")[0] or name
    is_flyway = path.rpartition("/")[2][:1] == "U" and stem[1:2].isdigit() and "__" in stem
    if is_flyway or folders.rpartition("/")[2] in _BACK:
        return True
    words = stem.replace("-", ".").replace("_", ".").split(".")
    if _WITHOUT_MARKS.search(path) or words[-1] not in _BACK or not _WITH_DOWN.isdisjoint(words[-2:-1]):
        return False
    is_told = words[-1] == "down" or stem.endswith(f".{words[-1]}") or len(words) == 1
    if is_told or among is None:
        return True
    begin = folders + slash + stem[: -len(words[-1]) - 1]
    return any(other != path and other.lower().startswith(begin) for other in among())


def marks_of(path: RepoPath, text: str) -> Marks | None:
    """The marks that count in a script: those that it begins with, where its name is not of a tool that knows none."""
    if _WITHOUT_MARKS.search(path) or ("--" not in text and "#" not in text) or _LIQUIBASE.match(text):
        return None
    for line in _opening(text):
        for marks in _TOOLS:
            if marks.does.match(line) or marks.undoes.match(line):
                return marks
    return None


def _opening(text: str) -> Iterator[str]:
    """The comments that a script begins with, line by line; what stands before its first statement."""
    is_within_comment = False
    for line in text.removeprefix("\ufeff").split("\n"):
        stripped = line.strip()
        if is_within_comment or stripped.startswith("/*"):
            is_within_comment = "*/" not in stripped
        elif stripped.startswith(("--", "#")):
            yield line.rstrip()
        elif stripped:
            return


def undoing_lines(text: str, path: RepoPath, *, beside: Beside = tuple) -> tuple[tuple[int, int], ...]:
    """The line ranges that a migration tool runs only to take the script back; `beside` are scripts that lie with it."""
    marks = marks_of(path, text)
    if marks is None or _is_foreign(marks, beside):
        return ()
    found: list[tuple[int, int]] = []
    start = 0
    lines = text.split("\n")  # as the reader of statements counts them
    for number, line in enumerate(lines, start=1):
        if marks.undoes.match(line.rstrip()) and not start:
            start = number
        elif start and marks.does.match(line.rstrip()) and marks.tool != "MyBatis":
            found.append((start, number - 1))
            start = 0
    return (*found, (start, len(lines) + 1)) if start else tuple(found)


def _is_foreign(marks: Marks, beside: Beside) -> bool:
    """Whether what runs the scripts beside it is another tool: none of them has such marks."""
    known = [marks_of(path, text) == marks for path, text in beside()]
    return len(known) >= _NUMBERED and not any(known)


def is_within(line: int, ranges: Sequence[tuple[int, int]]) -> bool:
    """Whether a line lies in one of these ranges, which are in order."""
    at = bisect_right(ranges, (line, 1 << 62)) - 1
    return at >= 0 and ranges[at][0] <= line <= ranges[at][1]
