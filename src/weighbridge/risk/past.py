"""One change as history keeps it: who, when, how large, which files, with what never changes worked out once."""

import math
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.roles import role_of
from weighbridge.landscape.components.placing import is_code

MOST_FILES: Final = 500
"""Files of one change whose own history counts; the others count in its size and spread."""

_FIX: Final = LatePattern(
    r"\b(?:fix(?:e[sd]|ing)?|bugs?|bugfix|hotfix|defects?|regressions?|revert(?:s|ed)?|patch(?:es|ed)?|crash(?:es)?)\b",
    re.IGNORECASE,
)
_ADDRESS: Final = LatePattern(r"<([^<>]*)>\s*\Z")


class PastChange(Struct, frozen=True, array_like=True):
    """One earlier change (or this one). Times are seconds since 1970; `author` is empty when nobody is known.

    `subsystems` are the top-level folders it touches, the empty name for files at the root.
    """

    author: str
    time: int
    is_fix: bool
    files: int
    folders: int
    subsystems: tuple[str, ...]
    entropy: float
    added: int
    removed: int
    paths: tuple[str, ...]
    is_of_code: bool = False
    """Whether any of its files is built, run or applied."""


def past_change(
    author: str, authored_at: datetime, *, subject: str, files: Iterable[tuple[RepoPath, int, int]]
) -> PastChange:
    """What a change of `files` (path, lines added, lines removed) by `author` keeps for later.

    Files that only people read count where there are no others: a change log is everybody's and new with every change.
    """
    all_of = list(files)
    changed = [each for each in all_of if role_of(each[0]) != "prose"] or all_of
    lines = [added + removed for _, added, removed in changed]
    return PastChange(
        author=author_key(author),
        time=int(authored_at.timestamp()),
        is_fix=bool(_FIX.search(subject[:500])),
        files=len(changed),
        folders=len({path.rpartition("/")[0] for path, _, _ in changed}),
        subsystems=tuple(sorted({subsystem_of(path) for path, _, _ in changed})),
        entropy=entropy(lines),
        added=sum(added for _, added, _ in changed),
        removed=sum(removed for _, _, removed in changed),
        paths=tuple(path for path, _, _ in changed[:MOST_FILES]),
        is_of_code=any(is_code(path) for path, _, _ in changed),
    )


def author_key(author: str) -> str:
    """What tells one author from another: the address, or the whole text where there is none."""
    found = _ADDRESS.search(author)
    return (found[1] if found and found[1] else author).strip().casefold()


def subsystem_of(path: str) -> str:
    """The top-level folder of a path; empty for a file at the root."""
    first, slash, _ = path.partition("/")
    return first if slash else ""


def entropy(lines: Iterable[int]) -> float:
    """How evenly the changed lines lie over the files: 0 for one file, 1 when every file has as many.

    Shannon's entropy over its greatest value for that many files, as in Kamei et al. 2013.
    """
    counts = Counter(count for count in lines if count > 0)
    files, total = counts.total(), sum(count * times for count, times in counts.items())
    if files < 2:
        return 0.0
    found = -sum(times * (count / total) * math.log2(count / total) for count, times in counts.items())
    return min(1.0, found / math.log2(files))
