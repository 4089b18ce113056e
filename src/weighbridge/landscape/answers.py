"""Answers to questions that may lead to each other in circles, each found once and remembered."""

from collections.abc import Callable, Hashable
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.values import NOTHING, External, Values
from weighbridge.landscape.work import Work

DEEPEST: Final = 60
"""Questions inside questions, before an answer is given up: far beyond what real code nests."""

MOST_ROUNDS: Final = 4
"""How often a circle is gone round: each time what it found feeds what it asks, and two times nearly always do."""


MOST_OUTSIDE: Final = 40
"""Things outside the repository that one answer names: of a chain of an outside library's calls that goes in a circle
(`b = b.add().set()`) each way through it is another name, and there are more ways than any machine holds."""


class Answers:
    """Remembers what every question came to.

    A question asked from outside is answered in rounds. Within a round every question is answered once; one that meets
    itself gets what the round before found, in the first nothing. When a round finds what the one before did, that is
    the answer of every question in it (a least fixed point, by tabling: Tamaki and Sato, ICLP 1986). So the work is a
    few times the number of different questions, where following every way round a circle would have no end.

    A question that takes more steps than `work` allows ends with what was found so far; only its own answer is remembered.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[Hashable, Values] = {}
        self._before: dict[Hashable, Values] = {}
        self._now: dict[Hashable, Values] = {}
        self._asking: set[Hashable] = set()
        self._deep: set[Hashable] = set()
        """Asked so deep that the answer may have been cut off: it serves this once, and is found anew later."""
        self._provisional = 0
        self._is_circular = False

    def to(self, question: Hashable, find: Callable[[], Values], *, about: RepoPath) -> Values:
        """What `question` comes to; `find` asks what it needs by calling this again. `about` is the file it concerns."""
        if not self._asking:
            known = self._known.get(question)
            return known if known is not None else self._in_rounds(question, find, about=about)
        if not self._work.step():
            return NOTHING
        if (known := self._known.get(question)) is not None:
            return known
        if (now := self._now.get(question)) is not None:
            self._provisional += 1
            return now
        if question in self._asking or len(self._asking) >= DEEPEST:
            self._provisional += 1
            if question in self._asking:
                self._is_circular = True
            else:
                self._work.cut(about, f"its names lead on through more than {DEEPEST} others")
            return self._before.get(question, NOTHING)
        return self._answered(question, find)

    def _answered(self, question: Hashable, find: Callable[[], Values]) -> Values:
        provisional, depth = self._provisional, len(self._asking)
        self._asking.add(question)
        try:
            found = find()
        finally:
            self._asking.discard(question)
        found = _few_outside(found)
        if self._work.is_over:
            return found
        if provisional == self._provisional:
            self._known[question] = found
        else:
            self._now[question] = found
            if depth > DEEPEST // 2:
                self._deep.add(question)
        return found

    def _in_rounds(self, question: Hashable, find: Callable[[], Values], *, about: RepoPath) -> Values:
        found = NOTHING
        self._work.begin(about)
        try:
            for _ in range(MOST_ROUNDS):
                self._is_circular = False
                self._now = {}
                found = self._answered(question, find)
                if not self._is_circular or self._now == self._before or self._work.is_over:
                    break
                self._before = self._now
            if not self._work.is_over:
                self._known.update((asked, came_to) for asked, came_to in self._now.items() if asked not in self._deep)
            self._known[question] = found
        finally:
            self._work.end()
            self._before, self._now = {}, {}
            self._deep.clear()
        return found


def _few_outside(found: Values) -> Values:
    """The same answer with at most `MOST_OUTSIDE` outside things, those with the shortest names; all that is ours stays."""
    if len(found) <= MOST_OUTSIDE:
        return found
    outside = [value for value in found if isinstance(value, External)]
    if len(outside) <= MOST_OUTSIDE:
        return found
    outside.sort(key=lambda value: (len(value.name), value.name))
    return Values(found.difference(outside[MOST_OUTSIDE:]))
