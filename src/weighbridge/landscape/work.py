"""How much looking is worth: what answering takes is counted in steps, and where it would take too many it is cut short and told.

A step is a question asked of the landscape, also one whose answer is known. Code that people wrote takes a few hundred for the
dearest question and a few thousand for all that are asked from one file (measured on four packages); code made
to exhaust its reader has no bound. Mentions that are looked at to tell whether they lead to a definition are counted too: a walk
through 800 files of a large tree looked at 2,500 in all, and code made to exhaust its reader has millions.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason

_NEVER: Final = 2**62


class WorkLimits(Struct, frozen=True, kw_only=True):
    """Steps that one question, all questions from one file, and all questions of a tree may take.

    `mentions` may be looked at for the definitions of one file, `all_mentions` for those of a tree. Where a file's or the tree's
    are used up, every further question may still take `at_least`: simple ones are answered.
    """

    question: int = 20_000
    file: int = 100_000
    tree: int = 5_000_000
    at_least: int = 100
    mentions: int = 20_000
    all_mentions: int = 200_000


class Work:
    """The steps taken in one landscape, and what was cut short."""

    def __init__(self, limits: WorkLimits | None = None) -> None:
        self._limits = limits or WorkLimits()
        self._by_file: dict[RepoPath, int] = {}
        self._looked: Counter[RepoPath] = Counter()
        self._all_looked = 0
        self._cut: dict[RepoPath, str] = {}
        self._asker = RepoPath("")
        self._end = _NEVER
        self.steps = 0
        self.is_over = False
        """Whether the question at hand has taken all that it may."""

    @property
    def cut_short(self) -> Mapping[RepoPath, str]:
        """The files where looking was cut short, each with the first reason in words."""
        return self._cut

    def begin(self, asker: RepoPath) -> None:
        """A question from outside, asked for code in the file `asker`."""
        limits = self._limits
        left = min(limits.question, limits.file - self._by_file.get(asker, 0), limits.tree - self.steps)
        self._asker, self._end, self.is_over = asker, self.steps + max(left, limits.at_least), False
        self._by_file[asker] = self._by_file.get(asker, 0) - self.steps

    def end(self) -> None:
        """The question from outside has been answered."""
        self._by_file[self._asker] += self.steps
        self._end, self.is_over = _NEVER, False

    def step(self) -> bool:
        """Take a step; whether it may still be looked into."""
        if self.steps >= self._end:
            self.is_over = True
            self.cut(self._asker, "what its names stand for takes more than can be followed")
            return False
        self.steps += 1
        return True

    def mentions_left(self, path: RepoPath) -> int:
        """How many mentions may be looked at for a question about a definition in the file `path`."""
        limits = self._limits
        left = min(limits.mentions - self._looked[path], limits.all_mentions - self._all_looked)
        return max(left, limits.at_least)

    def looked(self, path: RepoPath, mentions: int) -> None:
        """Note how many mentions were looked at for a definition in the file `path`."""
        self._looked[path] += mentions
        self._all_looked += mentions

    def cut(self, path: RepoPath, why: str) -> None:
        """Note that something in a file was not followed to its end."""
        self._cut.setdefault(path, why)

    def missing(self) -> dict[RepoPath, CouldNotLook]:
        """What could not be looked at, by file."""
        remedy = "let someone who knows this file say who uses what it defines, or break it up"
        return {
            path: CouldNotLook(reason=Reason.LIMIT, detail=f"{path}: {why}", remedy=remedy)
            for path, why in sorted(self._cut.items())
        }


class Looking:
    """The mentions that may be looked at for one question: so many in all, and where in vain, so many in a row."""

    def __init__(self, most: int, *, in_vain: int = _NEVER) -> None:
        self._left = most
        self._most_in_vain = in_vain
        self._in_vain = 0
        self.taken = 0
        self.is_over = False
        """Whether there was one more than that."""

    @property
    def is_in_vain(self) -> bool:
        """Whether what is left is passed over since so much in a row led nowhere."""
        return self.is_over and bool(self._left)

    def next(self, *, is_expected: bool) -> bool:
        """Take the next; whether it may still be looked at. What is not expected to lead anywhere may be in vain."""
        if not self._left or self._in_vain >= self._most_in_vain:
            self.is_over = True
            return False
        self._left -= 1
        self.taken += 1
        self._in_vain += not is_expected
        return True

    def found(self) -> None:
        """What was taken last led somewhere."""
        self._in_vain = 0
