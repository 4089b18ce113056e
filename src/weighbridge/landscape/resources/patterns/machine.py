"""A pattern as a small program, run by trying one way after the other as the engines do, and counting the steps.

Nothing of it is run by a real engine: the count ends where it is told to.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from weighbridge.domain.outcomes import Reason
from weighbridge.landscape.resources.patterns import charsets
from weighbridge.landscape.resources.patterns.charsets import Alphabet
from weighbridge.landscape.resources.patterns.refusal import UnreadError
from weighbridge.landscape.resources.patterns.tree import (
    Again,
    Atomic,
    Border,
    Chain,
    Chars,
    Choice,
    Group,
    Look,
    Node,
    Pattern,
    Repeat,
)

_MOST_WIDE: Final = 200
_MOST_OPERATIONS: Final = 20_000

Kept = tuple[int, ...]
"""Where groups and repetitions began and ended, and how often they were gone through."""

Onward = tuple[int, int, Kept, int | None]
"""Where a program goes on, at which place, with what is kept; and where else it may go on."""

CHAR, SPLIT, JUMP, BORDER, MARK, MOVED, ZERO, COUNT, ATOM, LOOK, AGAIN, END = range(12)

Operation = tuple[int, int, int, int, int]
"""What is done, and up to four numbers that say with what."""

_BORDERS: Final = ("start", "end", "end-or-last-line", "line-start", "line-end", "word", "not-word")
_FREE: Final = -1
_BEHIND_LOOP: Final = 2
"""A repetition ends with two operations: whether something was taken, and the way back."""


class Run(Struct, frozen=True, kw_only=True):
    """What came of a match: `steps` until it was known, or until too many had been done."""

    is_match: bool
    steps: int
    is_cut: bool = False
    end: int = -1


class _CutError(Exception):
    """More steps were done than may be."""


class Machine:
    """The program of one pattern. Texts are given as the classes of their characters."""

    def __init__(self, pattern: Pattern, alphabet: Alphabet) -> None:
        self._alphabet = alphabet
        self._is_script = pattern.is_script
        self._code: list[Operation] = []
        self._slots = 2 * (pattern.groups + 1)
        self._emit(pattern.root)
        self._add(END)
        self._word = alphabet.mask_or_none(charsets.WORD)
        self._line = alphabet.mask_or_none(charsets.NEWLINE)
        self._steps = 0
        self._most = 0
        self._text: tuple[int, ...] = ()

    def run(self, text: tuple[int, ...], *, most: int, floats: bool = False, is_whole: bool = False) -> Run:
        """Try to match a text: anywhere in it where it `floats`, all of it where `is_whole`."""
        self._text, self._steps, self._most = text, 0, most
        empty = (_FREE,) * self._slots
        try:
            for start in range(len(text) + 1 if floats else 1):
                done = self._from(0, start, kept=empty, goal=len(text) if is_whole else _FREE)
                if done is not None:
                    return Run(is_match=True, steps=self._steps, end=done[0])
        except _CutError:
            return Run(is_match=False, steps=most, is_cut=True)
        return Run(is_match=False, steps=self._steps)

    def _add(self, *numbers: int) -> int:
        if len(self._code) > _MOST_OPERATIONS:
            raise UnreadError(Reason.LIMIT, "it is too large to be tried")
        padded = (*numbers, 0, 0, 0, 0)
        self._code.append((padded[0], padded[1], padded[2], padded[3], padded[4]))
        return len(self._code) - 1

    def _slot(self) -> int:
        self._slots += 1
        return self._slots - 1

    def _emit(self, node: Node) -> None:
        match node:
            case Chars(allowed=allowed):
                self._add(CHAR, self._alphabet.mask(allowed) if allowed else 0)
            case Border(kind=kind):
                self._add(BORDER, _BORDERS.index(kind))
            case Chain(parts=parts):
                for each in parts:
                    self._emit(each)
            case Choice(options=options):
                self._choice(options)
            case Repeat():
                self._repeat(node)
            case Group(body=body, number=number):
                self._add(MARK, 2 * number)
                self._emit(body)
                self._add(MARK, 2 * number + 1)
            case Atomic(body=body):
                self._inner(ATOM, body)
            case Look(body=body, is_behind=is_behind, is_negative=is_negative):
                least, most = width(body) if is_behind else (0, 0)
                if most is None or most - least > _MOST_WIDE:
                    raise UnreadError(Reason.UNSUPPORTED, "what must stand behind may be of any length")
                self._inner(LOOK, body, int(is_negative), least if is_behind else -1, most)
            case Again(number=number):
                self._add(AGAIN, number)

    def _inner(self, kind: int, body: Node, *numbers: int) -> None:
        """A program within the program, behind which it goes on."""
        at = self._add(kind)
        self._emit(body)
        end = self._add(END) + 1
        padded = (*numbers, 0, 0, 0)
        self._code[at] = (kind, end, padded[0], padded[1], padded[2])

    def _choice(self, options: tuple[Node, ...]) -> None:
        jumps: list[int] = []
        for each in options[:-1]:
            split = self._add(SPLIT)
            self._emit(each)
            jumps.append(self._add(JUMP))
            self._code[split] = (SPLIT, split + 1, len(self._code), 0, 0)
        self._emit(options[-1])
        for jump in jumps:
            self._code[jump] = (JUMP, len(self._code), 0, 0, 0)

    def _repeat(self, node: Repeat) -> None:
        if node.greed == "possessive":
            self._inner(ATOM, Repeat(node.body, node.least, node.most))
            return
        is_lazy = node.greed == "lazy"
        if (node.least, node.most) == (0, 1):
            split = self._add(SPLIT)
            self._emit(node.body)
            self._split(split, split + 1, on=len(self._code), is_lazy=is_lazy)
        elif node.least == 0 and node.most is None:
            self._star(node.body, is_lazy=is_lazy)
        elif node.least == 1 and node.most is None and width(node.body)[0] > 0:
            start = len(self._code)
            self._emit(node.body)
            split = self._add(SPLIT)
            self._split(split, start, on=split + 1, is_lazy=is_lazy)
        else:
            self._counted(node, is_lazy=is_lazy)

    def _split(self, at: int, again: int, *, on: int, is_lazy: bool) -> None:
        self._code[at] = (SPLIT, on, again, 0, 0) if is_lazy else (SPLIT, again, on, 0, 0)

    def _star(self, body: Node, *, is_lazy: bool) -> None:
        split = self._add(SPLIT)
        slot = self._slot() if width(body)[0] == 0 else 0
        if slot:
            self._add(MARK, slot)
        self._emit(body)
        if slot:
            self._add(MOVED, slot, -1)
        self._add(JUMP, split)
        self._split(split, split + 1, on=len(self._code), is_lazy=is_lazy)

    def _counted(self, node: Repeat, *, is_lazy: bool) -> None:
        counter, place = self._slot(), self._slot()
        self._add(ZERO, counter)
        test = self._add(COUNT)
        self._add(MARK, place)
        self._emit(node.body)
        self._add(MOVED, place, counter, node.least)
        self._add(JUMP, test)
        most = -1 if node.most is None else node.most
        packed = node.least * 2 + is_lazy
        self._code[test] = (COUNT, counter, packed, most, len(self._code))

    def _from(self, at: int, place: int, *, kept: Kept, goal: int = _FREE) -> tuple[int, Kept] | None:
        """Runs the program from `at` on; where it ended (at `goal`, if there is one) and what it kept, or None."""
        code, text, size = self._code, self._text, len(self._text)
        stack: list[tuple[int, int, Kept]] = []
        steps, most = self._steps, self._most
        while True:
            steps += 1
            if steps > most:
                raise _CutError
            kind, one, two, _, _ = code[at]
            if kind == CHAR:
                if place < size and one >> text[place] & 1:
                    at, place = at + 1, place + 1
                    continue
            elif kind == SPLIT:
                stack.append((two, place, kept))
                at = one
                continue
            elif kind == JUMP:
                at = one
                continue
            elif kind == END:
                if goal in (_FREE, place):
                    self._steps = steps
                    return place, kept
            else:
                self._steps = steps
                done = self._rare(at, place, kept=kept)
                steps = self._steps
                if done is not None:
                    at, place, kept, other = done
                    if other is not None:
                        stack.append((other, place, kept))
                    continue
            if not stack:
                self._steps = steps
                return None
            at, place, kept = stack.pop()

    def _rare(self, at: int, place: int, *, kept: Kept) -> Onward | None:
        """Does what few programs do: where it goes on, with what, and where it may go on instead; None where it does not."""
        kind, one, _, _, _ = self._code[at]
        found: Onward | None = None
        if kind == BORDER:
            found = (at + 1, place, kept, None) if self._holds(_BORDERS[one], place) else None
        elif kind in (MARK, ZERO):
            found = at + 1, place, (*kept[:one], place if kind == MARK else 0, *kept[one + 1 :]), None
        elif kind == COUNT:
            found = self._counted_on(at, place, kept=kept)
        elif kind == MOVED:
            found = self._moved(at, place, kept=kept)
        elif kind == AGAIN:
            found = self._again(at, place, kept=kept)
        else:
            found = self._apart(at, place, kept=kept)
        return found

    def _apart(self, at: int, place: int, *, kept: Kept) -> Onward | None:
        """What is matched by itself, and never tried another way afterwards."""
        kind, on, is_negative, back, _ = self._code[at]
        done = (
            self._behind(at, place, kept=kept) if kind == LOOK and back >= 0 else self._from(at + 1, place, kept=kept)
        )
        if (done is None) is not (kind == LOOK and bool(is_negative)):
            return None
        if done is None:
            return on, place, kept, None
        return on, done[0] if kind == ATOM else place, done[1], None

    def _again(self, at: int, place: int, *, kept: Kept) -> Onward | None:
        """What a group matched, once more."""
        number = self._code[at][1]
        start, end = kept[2 * number], kept[2 * number + 1]
        if start < 0 or end < 0:
            return (at + 1, place, kept, None) if self._is_script else None
        size = end - start
        self._steps += size
        is_alike = self._text[start:end] == self._text[place : place + size]
        return (at + 1, place + size, kept, None) if is_alike else None

    def _behind(self, at: int, place: int, *, kept: Kept) -> tuple[int, Kept] | None:
        _, _, _, least, most = self._code[at]
        for back in range(least, min(most, place) + 1):
            done = self._from(at + 1, place - back, kept=kept, goal=place)
            if done is not None:
                return done
        return None

    def _counted_on(self, at: int, place: int, *, kept: Kept) -> Onward | None:
        _, counter, packed, most, on = self._code[at]
        least, is_lazy = packed >> 1, packed & 1
        count = kept[counter]
        if count < least:
            return at + 1, place, kept, None
        if count == most:
            return on, place, kept, None
        return (on, place, kept, at + 1) if is_lazy else (at + 1, place, kept, on)

    def _moved(self, at: int, place: int, *, kept: Kept) -> Onward | None:
        """The end of a repetition: one that took nothing is the last, or in JavaScript none, unless more are asked for."""
        _, slot, counter, least, _ = self._code[at]
        count = kept[counter] + 1 if counter >= 0 else least + 1
        if kept[slot] == place and count > least:
            return None if self._is_script else (at + _BEHIND_LOOP, place, kept, None)
        if counter >= 0:
            kept = (*kept[:counter], count, *kept[counter + 1 :])
        return at + 1, place, kept, None

    def _holds(self, kind: str, place: int) -> bool:
        text, size = self._text, len(self._text)
        match kind:
            case "start":
                return place == 0
            case "end":
                return place == size
            case "end-or-last-line":
                return place == size or (place == size - 1 and self._is(self._line, place))
            case "line-start":
                return place == 0 or self._is(self._line, place - 1)
            case "line-end":
                return place == size or self._is(self._line, place)
            case _:
                before = place > 0 and self._is(self._word, place - 1)
                behind = place < len(text) and self._is(self._word, place)
                return (before != behind) is (kind == "word")

    def _is(self, mask: int, place: int) -> bool:
        return bool(mask >> self._text[place] & 1)


def width(node: Node) -> tuple[int, int | None]:
    """How many characters a node takes, at least and at most; None is without end."""
    found: tuple[int, int | None] = 0, 0
    match node:
        case Chars():
            found = 1, 1
        case Chain(parts=parts):
            widths = [width(each) for each in parts]
            found = sum(least for least, _ in widths), _together([most for _, most in widths], sum)
        case Choice(options=options):
            widths = [width(each) for each in options]
            found = min(least for least, _ in widths), _together([most for _, most in widths], max)
        case Repeat(body=body, least=times, most=limit):
            least, most = width(body)
            is_finite = most is not None and limit is not None
            found = least * times, (most or 0) * (limit or 0) if is_finite or 0 in (most, limit) else None
        case Group(body=body) | Atomic(body=body):
            found = width(body)
        case Again():
            found = 0, None
        case _:
            pass
    return found


def _together(widths: list[int | None], how: Callable[[list[int]], int]) -> int | None:
    known = [each for each in widths if each is not None]
    return how(known) if len(known) == len(widths) else None
