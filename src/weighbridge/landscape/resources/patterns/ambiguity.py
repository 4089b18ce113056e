"""Where an automaton can read one text in many ways: a text to be repeated, and one that leads there.

Two ways from a state back to itself by one text are twice as many with each repetition (exponential ambiguity). A text that leads from one state to
itself, to another, and from that to itself can be divided between the two in as many ways as it is long (polynomial ambiguity); more
such states behind one another raise the degree. After Weber and Seidl, "On the degree of ambiguity of finite automata" (1991).
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, TypeVar

from msgspec import Struct

from weighbridge.domain.outcomes import Reason
from weighbridge.landscape.resources.patterns.positions import Automaton
from weighbridge.landscape.resources.patterns.refusal import UnreadError

T = TypeVar("T")
"""A state, or several together."""

MOST_STEPS: Final = 150_000
_MOST_CANDIDATES: Final = 40
_MOST_OF_LOOP: Final = 6

Word = tuple[int, ...]
"""Classes of characters."""


class Candidate(Struct, frozen=True, kw_only=True):
    """A text that may be read in many ways when `pump` is repeated behind `prefix`."""

    prefix: Word
    pump: Word
    is_exponential: bool = False
    is_by_start: bool = False
    """Whether it is only that a match may begin at each place."""


class Steps:
    """What a search may cost."""

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, count: int) -> None:
        """Counts. Raises where none are left."""
        self._left -= count
        if self._left < 0:
            raise UnreadError(Reason.LIMIT, "it has too many loops to compare each with each")


def candidates(automaton: Automaton, *, steps: Steps) -> Iterator[Candidate]:
    """The texts that may be read in many ways: exponential ones first, those by where a match begins last.

    Raises:
        UnreadError: the search would cost too much.
    """
    search = _Search(automaton, steps)
    yield from search.exponential()
    yield from search.polynomial()


Pair = tuple[int, int]
Triple = tuple[int, int, int]


class _Search:
    def __init__(self, automaton: Automaton, steps: Steps) -> None:
        self._allowed = automaton.allowed
        self._follow = automaton.follow
        self._best = automaton.alphabet.best
        self._steps = steps
        everything = (1 << automaton.alphabet.size) - 1
        self._allowed = [everything, *automaton.allowed[1:]]
        self._loops = [each for each in components(self._follow) if self._is_loop(each)]

    def _is_loop(self, component: list[int]) -> bool:
        return len(component) > 1 or component[0] in self._follow[component[0]]

    def exponential(self) -> Iterator[Candidate]:
        """One for each loop that can be gone through in two ways by one text."""
        for loop in self._loops:
            for start, word in islice(self._twice(loop), _MOST_OF_LOOP) if loop != [0] else ():
                yield Candidate(prefix=self._way(0, start), pump=word, is_exponential=True)

    def _twice(self, loop: list[int]) -> Iterator[tuple[int, Word]]:
        """Texts by which a loop is gone through in two ways: one may always match where another never does."""
        inside = set(loop)
        told: set[int] = set()
        for state in loop:
            for target, ways in self._follow[state].items():
                if ways > 1 and target in inside and self._allowed[target] not in told:
                    told.add(self._allowed[target])
                    step = (self._best(self._allowed[target]),)
                    yield state, step + self._way(target, state, inside=inside)
        start = loop[0]
        pairs = self._pairs(start, inside)
        for pair in pairs:
            back = self._pairs_to(pair, (start, start), inside=inside) if pair[0] < pair[1] else None
            if back is not None:
                yield start, _traced(pairs, pair) + back

    def _pairs(self, start: int, inside: set[int]) -> "dict[Pair, tuple[Pair, int] | None]":
        """The pairs that one text leads to from a state within a loop, and by which way."""
        return self._spread((start, start), lambda pair: self._moves(pair, inside))

    def _pairs_to(self, pair: Pair, goal: Pair, *, inside: set[int]) -> Word | None:
        found = self._spread(pair, lambda each: self._moves(each, inside), goal=goal)
        return _traced(found, goal) if goal in found and goal != pair else None

    def _moves(self, pair: Pair, inside: set[int]) -> Iterator[tuple[Pair, int]]:
        allowed = self._allowed
        second = [each for each in self._follow[pair[1]] if each in inside]
        for left in self._follow[pair[0]]:
            if left in inside:
                self._steps.take(len(second) + 1)
                for right in second:
                    mask = allowed[left] & allowed[right]
                    if mask:
                        yield (left, right), mask

    def polynomial(self) -> Iterator[Candidate]:
        """One for each two loops that one text can be divided between; those of where a match begins last."""
        count = 0
        reach = {loop[0]: self._reached(loop[0]) for loop in self._loops}
        ordered = sorted(self._loops, key=lambda loop: loop == [0])
        for loop in ordered:
            for other in self._loops:
                if other is loop or other[0] not in reach[loop[0]]:
                    continue
                pump = self._divided(loop, other)
                if pump is not None:
                    yield Candidate(prefix=self._way(0, loop[0], may_stay=True), pump=pump, is_by_start=loop == [0])
                    count += 1
                if count > _MOST_CANDIDATES:
                    return

    def _reached(self, start: int) -> set[int]:
        found = {start}
        stack = [start]
        while stack:
            further = [each for each in self._follow[stack.pop()] if each not in found]
            self._steps.take(len(further) + 1)
            found.update(further)
            stack += further
        return found

    def _divided(self, loop: list[int], other: list[int]) -> Word | None:
        """A text from `p` to itself, from `p` to `q`, and from `q` to itself."""
        start, inside, behind = loop[0], set(loop), set(other)
        for goal in other:
            begin, end = (start, start, goal), (start, goal, goal)
            found = self._spread(begin, lambda each: self._triples(each, inside, behind=behind), goal=end)
            if end in found:
                return _traced(found, end)
        return None

    def _triples(self, at: Triple, inside: set[int], *, behind: set[int]) -> Iterator[tuple[Triple, int]]:
        allowed = self._allowed
        thirds = [each for each in self._follow[at[2]] if each in behind]
        for first in self._follow[at[0]]:
            if first not in inside:
                continue
            for second in self._follow[at[1]]:
                mask = allowed[first] & allowed[second]
                self._steps.take(len(thirds) + 1 if mask else 1)
                for third in thirds if mask else ():
                    if mask & allowed[third]:
                        yield (first, second, third), mask & allowed[third]

    def _spread(
        self, start: T, moves: Callable[[T], Iterator[tuple[T, int]]], *, goal: T | None = None
    ) -> "dict[T, tuple[T, int] | None]":
        """All that is reached, each with where it was reached from; no more than the way to the goal, if there is one."""
        found: dict[T, tuple[T, int] | None] = {start: None}
        row = [start]
        while row:
            following: list[T] = []
            for each in row:
                for target, mask in moves(each):
                    if target not in found:
                        found[target] = (each, self._best(mask))
                        following.append(target)
                        if target == goal:
                            return found
            row = following
        return found

    def _way(self, start: int, goal: int, *, inside: set[int] | None = None, may_stay: bool = True) -> Word:
        """The shortest text that leads from one state to another."""
        if start == goal and may_stay:
            return ()

        def moves(state: int) -> Iterator[tuple[int, int]]:
            self._steps.take(len(self._follow[state]) + 1)
            for target in self._follow[state]:
                if inside is None or target in inside:
                    yield target, self._allowed[target]

        return _traced(self._spread(start, moves, goal=goal), goal)


def _traced(found: "dict[T, tuple[T, int] | None]", goal: T) -> Word:
    """The text that led to a goal."""
    word: list[int] = []
    came = found[goal]
    while came is not None:
        word.append(came[1])
        came = found[came[0]]
    return tuple(reversed(word))


def components(follow: "list[dict[int, int]]") -> list[list[int]]:
    """The sets of states each of which leads to each other, those that lead nowhere first. (Tarjan, without recursion.)"""
    order: dict[int, int] = {}
    lowest: dict[int, int] = {}
    waiting: list[int] = []
    is_waiting: set[int] = set()
    found: list[list[int]] = []
    for root in range(len(follow)):
        stack = [(root, iter(follow[root]))] if root not in order else []
        while stack:
            state, targets = stack[-1]
            if state not in order:
                order[state] = lowest[state] = len(order)
                waiting.append(state)
                is_waiting.add(state)
            following = next(targets, None)
            if following is None:
                stack.pop()
                if stack:
                    lowest[stack[-1][0]] = min(lowest[stack[-1][0]], lowest[state])
                if lowest[state] == order[state]:
                    at = waiting.index(state)
                    found.append(sorted(waiting[at:]))
                    is_waiting.difference_update(waiting[at:])
                    del waiting[at:]
            elif following not in order:
                stack.append((following, iter(follow[following])))
            elif following in is_waiting:
                lowest[state] = min(lowest[state], order[following])
    return found
