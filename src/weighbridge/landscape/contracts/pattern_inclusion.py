"""Whether every text that one pattern takes is taken by another: compared as automata, for patterns of plain regular expressions.

What looks around, refers back, or says where words begin is not read: of such patterns nothing is known.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

_TOP: Final = 0x10FFFF
_ANY: Final = ((0, _TOP),)
_MOST_STATES: Final = 1_000
_MOST_STEPS: Final = 100_000
_MOST_TOGETHER: Final = 3_000_000
_MOST_TIMES: Final = 100
_LONGEST: Final = 500
_LONGEST_PATTERN: Final = 1_000
_ONE: Final = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}
_SPACES: Final = ((9, 13), (32, 32), (160, 160), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF))  # fmt: skip
_CLASSES: Final = {"d": ((48, 57),), "w": ((48, 57), (65, 90), (95, 95), (97, 122)), "s": _SPACES}
_LINE_ENDS: Final = ((10, 10), (13, 13), (0x2028, 0x2029))
_TIMES: Final = re.compile(r"\{(\d{1,4})(?:(,)(\d{0,4}))?\}")

Ranges = tuple[tuple[int, int], ...]


class _NotReadError(Exception):
    """A pattern says what is not read here."""


class Patience:
    """What all patterns of a change may cost together: no single one is dear, but thousands are."""

    def __init__(self, steps: int = _MOST_TOGETHER) -> None:
        self._left = steps
        self._known: dict[tuple[str, str], bool] = {}

    @property
    def is_spent(self) -> bool:
        """Whether something was not looked at any more."""
        return self._left < 0

    def take(self, steps: int) -> None:
        """Counts steps. Raises where none are left."""
        self._left -= steps
        if self._left < 0:
            raise _NotReadError

    def takes_all_of(self, new: str, old: str) -> bool:
        """Whether every text in which the old pattern is found has the new one in it as well; False where that is not known."""
        if (new, old) not in self._known:
            self._known[new, old] = takes_all_of(new, old, patience=self)
        return self._known[new, old]


def takes_all_of(new: str, old: str, *, patience: Patience | None = None) -> bool:
    """Whether every text in which the old pattern is found has the new one in it as well; False where that is not known."""
    patience = patience or Patience()
    try:
        patience.take(len(new) + len(old))
        return _is_within(_Automaton(old), _Automaton(new), patience=patience)
    except (_NotReadError, RecursionError):
        return False


@lru_cache(maxsize=256)
def _automaton(pattern: str) -> "_Automaton | None":
    try:
        return _Automaton(pattern)
    except (_NotReadError, RecursionError):
        return None


def takes(pattern: str, text: str) -> bool | None:
    """Whether a pattern is found in a text; None where it cannot be read. It takes time that grows with the text alone."""
    automaton = _automaton(pattern)
    if automaton is None:
        return None
    states = automaton.closure((automaton.start,))
    for letter in text[:_LONGEST]:
        states = automaton.after(states, ord(letter))
    return automaton.end in states if len(text) <= _LONGEST else None


class _Automaton:
    """The states of one pattern: where each leads by a character, and where it leads by nothing."""

    def __init__(self, pattern: str) -> None:
        if len(pattern) > _LONGEST_PATTERN:
            raise _NotReadError
        self._text = pattern
        self._at = 0
        self.moves: list[list[tuple[Ranges, int]]] = []
        self._free: list[list[int]] = []
        self.start, self.end = self._choice(is_outermost=True)
        if self._at < len(pattern):
            raise _NotReadError

    def closure(self, states: Iterable[int]) -> frozenset[int]:
        """The states that are reached from some by nothing."""
        found = set(states)
        waiting = list(found)
        while waiting:
            new = [each for each in self._free[waiting.pop()] if each not in found]
            found.update(new)
            waiting += new
        return frozenset(found)

    def after(self, states: frozenset[int], character: int) -> frozenset[int]:
        """The states behind one character more."""
        moves = (move for state in states for move in self.moves[state])
        return self.closure({to for ranges, to in moves if any(low <= character <= high for low, high in ranges)})

    def work(self, states: frozenset[int]) -> int:
        """How much has to be looked at for one character more."""
        return sum(1 + sum(len(ranges) for ranges, _ in self.moves[state]) for state in states)

    def bounds(self) -> Iterator[int]:
        """The characters at which another set of them begins."""
        for moves in self.moves:
            for ranges, _ in moves:
                yield from (bound for low, high in ranges for bound in (low, high + 1))

    def _state(self) -> int:
        if len(self.moves) >= _MOST_STATES:
            raise _NotReadError
        self.moves.append([])
        self._free.append([])
        return len(self.moves) - 1

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, what: str) -> bool:
        is_there = self._text.startswith(what, self._at)
        self._at += len(what) if is_there else 0
        return is_there

    def _choice(self, *, is_outermost: bool = False) -> tuple[int, int]:
        start, end = self._state(), self._state()
        while True:
            first, last = self._found_anywhere() if is_outermost else self._sequence()
            self._free[start].append(first)
            self._free[last].append(end)
            if not self._take("|"):
                return start, end

    def _found_anywhere(self) -> tuple[int, int]:
        """One choice of the whole pattern: where it is not tied to an end, anything may stand before or behind."""
        start, end = self._state(), self._state()
        if not self._take("^"):
            self.moves[start].append((_ANY, start))
        first, last = self._sequence()
        if not self._take("$"):
            self.moves[end].append((_ANY, end))
        self._free[start].append(first)
        self._free[last].append(end)
        return start, end

    def _sequence(self) -> tuple[int, int]:
        start = last = self._state()
        while self._peek() not in ("", "|", ")", "$"):
            begins = self._at
            first, end = self._atom()
            first, end = self._repeated(first, end, begins=begins)
            self._free[last].append(first)
            last = end
        return start, last

    def _repeated(self, first: int, last: int, *, begins: int) -> tuple[int, int]:
        """An atom as often as it may stand; one with a number is read again for each."""
        behind = self._at
        least, most = self._times()
        if (least, most) == (1, 1):
            return first, last
        start = end = self._state()
        after = self._at
        for number in range(max(least, most if most is not None else least + 1, 1)):
            if number:
                self._at = begins
                first, last = self._atom()
                if self._at != behind:
                    raise _NotReadError
            before = end
            end = self._state()
            self._free[before].append(first)
            self._free[last].append(end)
            if number >= least:
                self._free[before].append(end)
            if most is None and number >= least:
                self._free[end].append(before)
        self._at = after
        return start, end if most != 0 else start

    def _times(self) -> tuple[int, int | None]:
        found: tuple[int, int | None] = (1, 1)
        if self._take("*"):
            found = (0, None)
        elif self._take("+"):
            found = (1, None)
        elif self._take("?"):
            found = (0, 1)
        elif counted := _TIMES.match(self._text, self._at):
            self._at = counted.end()
            least = int(counted[1])
            most = least if not counted[2] else int(counted[3]) if counted[3] else None
            if max(least, most or 0) > _MOST_TIMES:
                raise _NotReadError
            found = (least, most)
        else:
            return found
        self._take("?")  # as little as may be is the same set of texts
        if self._peek() in ("+", "*", "?", "{"):
            raise _NotReadError
        return found

    def _atom(self) -> tuple[int, int]:
        if self._take("("):
            if self._take("?") and not self._take(":"):
                raise _NotReadError
            inner = self._choice()
            if not self._take(")"):
                raise _NotReadError
            return inner
        first, last = self._state(), self._state()
        self.moves[first].append((self._characters(), last))
        return first, last

    def _characters(self) -> Ranges:
        if self._take("["):
            return self._listed()
        if self._take("."):
            return _all_but(_LINE_ENDS)
        if self._peek() in ("*", "+", "?", "{", "^", ""):
            raise _NotReadError
        return self._one()

    def _listed(self) -> Ranges:
        is_negated = self._take("^")
        found: list[tuple[int, int]] = []
        while not self._take("]"):
            low = self._one()
            if self._peek() == "-" and self._text[self._at + 1 : self._at + 2] not in ("]", ""):
                self._at += 1
                low = ((_alone(low), _alone(self._one())),)
            found += low
        return _all_but(tuple(found)) if is_negated else tuple(found)

    def _one(self) -> Ranges:
        """One character, or a set of them by its letter."""
        letter = self._peek()
        self._at += 1
        if letter == "\\":
            letter = self._peek()
            self._at += 1
            if letter.lower() in _CLASSES:
                ranges = _CLASSES[letter.lower()]
                return _all_but(ranges) if letter.isupper() else ranges
            if letter in _ONE:
                return ((_ONE[letter], _ONE[letter]),)
            if letter.isalnum():
                raise _NotReadError
        if not letter or ord(letter) > _TOP:
            raise _NotReadError
        return ((ord(letter), ord(letter)),)


def _alone(ranges: Ranges) -> int:
    if len(ranges) != 1 or ranges[0][0] != ranges[0][1]:
        raise _NotReadError
    return ranges[0][0]


def _all_but(ranges: Ranges) -> Ranges:
    found: list[tuple[int, int]] = []
    begins = 0
    for low, high in sorted(ranges):
        if low > begins:
            found.append((begins, low - 1))
        begins = max(begins, high + 1)
    return (*found, (begins, _TOP)) if begins <= _TOP else tuple(found)


def _is_within(before: _Automaton, after: _Automaton, *, patience: Patience) -> bool:
    """Whether no text leads the first to its end and not the second."""
    letters: Sequence[int] = sorted({0, *(each for each in (*before.bounds(), *after.bounds()) if each <= _TOP)})
    first = (before.closure((before.start,)), after.closure((after.start,)))
    seen, waiting, steps = {first}, [first], 0
    while waiting:
        one, other = waiting.pop()
        if before.end in one and after.end not in other:
            return False
        for letter in letters:
            work = before.work(one) + after.work(other)
            steps += work
            patience.take(work)
            if steps > _MOST_STEPS:
                raise _NotReadError
            both = (before.after(one, letter), after.after(other, letter))
            if both[0] and both not in seen:
                seen.add(both)
                waiting.append(both)
    return True
