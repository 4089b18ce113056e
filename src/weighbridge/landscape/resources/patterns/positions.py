"""The automaton of a pattern without empty moves: its states are the places where a character is taken.

How many ways lead from one place to the next without taking a character is counted, for each is tried when a match fails; more than two are
as bad as two. The automaton takes more texts than the pattern does: borders hold everywhere, what is never tried again may be, what refers
back takes whatever its group may take, and a long repetition is one without end. So it finds what may be slow; `machine` tells what is.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.outcomes import Reason
from weighbridge.landscape.resources.patterns import charsets
from weighbridge.landscape.resources.patterns.charsets import Alphabet, Charset
from weighbridge.landscape.resources.patterns.machine import width
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

MOST_STATES: Final = 2_000
_MOST_MOVES: Final = 60_000
_WRITTEN_OUT: Final = 40
"""So many places a repetition may come to, before it is taken for one without end."""
_WRITTEN_OUT_FREELY: Final = 5
"""So often something may or may not be there once more, before it is taken for a repetition without end."""
_MANY: Final = 2

Ways = dict[int, int]
"""By state, how many ways lead there: two stand for all further ones."""


class Automaton(Struct, frozen=True, kw_only=True):
    """State 0 is where a match begins; of every other, `allowed` has the classes of the character that leads into it."""

    allowed: list[int]
    follow: list[Ways]
    alphabet: Alphabet
    bound: int
    """How often at most something is repeated that is taken to be repeated without end; 0 where nothing is."""


class _Part(Struct, gc=False):
    """How a part of the pattern is gone through: without taking anything, by which states it begins, and by which it ends."""

    empty: int
    first: Ways
    last: Ways


def automaton(pattern: Pattern, *, floats: bool) -> Automaton:
    """The automaton; `floats` where a match may begin anywhere.

    Raises:
        UnreadError: it is too large.
    """
    found = tuple(nodes(pattern.root))
    sets = {each.allowed for each in found if isinstance(each, Chars)}
    if any(isinstance(each, Border) for each in found):
        sets |= {charsets.NEWLINE, charsets.WORD}
    alphabet = Alphabet(sets or {charsets.ANY})
    groups = {each.number: each.body for each in found if isinstance(each, Group)}
    builder = _Builder(alphabet, groups)
    whole = builder.part(pattern.root)
    builder.follow[0].update(whole.first)
    if floats:
        builder.follow[0][0] = 1
    return Automaton(allowed=builder.allowed, follow=builder.follow, alphabet=alphabet, bound=builder.bound)


def nodes(node: Node) -> Iterator[Node]:
    """A tree's nodes, each before those within it."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(within(node))


def within(node: Node) -> tuple[Node, ...]:
    """What a node directly holds."""
    match node:
        case Chain(parts=parts):
            return parts
        case Choice(options=options):
            return options
        case Repeat(body=body) | Group(body=body) | Atomic(body=body) | Look(body=body):
            return (body,)
        case _:
            return ()


def _added(one: Mapping[int, int], other: Mapping[int, int], *, times: int = 1) -> Ways:
    found = dict(one)
    for state, ways in other.items() if times else ():
        found[state] = min(found.get(state, 0) + ways * times, _MANY)
    return found


class _Builder:
    def __init__(self, alphabet: Alphabet, groups: Mapping[int, Node]) -> None:
        self.allowed = [0]
        self.follow: list[Ways] = [{}]
        self.bound = 0
        self._alphabet = alphabet
        self._groups = groups
        self._moves = 0
        self._within: list[int] = []
        self._sizes: dict[int, int] = {}

    def part(self, node: Node) -> _Part:
        """Makes the states of a part."""
        found = _Part(1, {}, {})
        match node:
            case Chars(allowed=allowed):
                found = self._state(allowed)
            case Chain(parts=parts):
                found = self._chain(parts)
            case Choice(options=options):
                found = self._choice(options)
            case Repeat():
                found = self._repeat(node)
            case Group(body=body, number=number):
                found = self._numbered(body, number)
            case Atomic(body=body):
                found = self.part(body)
            case Look(body=body, is_behind=False):
                found.first = self.part(body).first
            case Again(number=number) if number not in self._within and number in self._groups:
                found = self._numbered(self._groups[number], number)
            case _:
                pass
        return found

    def _numbered(self, body: Node, number: int) -> _Part:
        self._within.append(number)
        found = self.part(body)
        self._within.pop()
        return found

    def _state(self, allowed: Charset) -> _Part:
        if not allowed:
            return _Part(0, {}, {})
        number = len(self.allowed)
        if number > MOST_STATES:
            raise UnreadError(Reason.LIMIT, f"it has more than {MOST_STATES:,} places for a character")
        self.allowed.append(self._alphabet.mask(allowed))
        self.follow.append({})
        return _Part(0, {number: 1}, {number: 1})

    def _chain(self, parts: tuple[Node, ...]) -> _Part:
        found = _Part(1, {}, {})
        for each in parts:
            found = self._then(found, self.part(each))
        return found

    def _choice(self, options: tuple[Node, ...]) -> _Part:
        found = _Part(0, {}, {})
        for each in options:
            part = self.part(each)
            found.empty = min(found.empty + part.empty, _MANY)
            found.first.update(part.first)
            found.last.update(part.last)
        return found

    def _then(self, one: _Part, other: _Part) -> _Part:
        self._link(one.last, other.first)
        return _Part(
            min(one.empty * other.empty, _MANY),
            _added(one.first, other.first, times=one.empty),
            _added(other.last, one.last, times=other.empty),
        )

    def _link(self, last: Mapping[int, int], first: Mapping[int, int]) -> None:
        self._moves += len(last) * len(first)
        if self._moves > _MOST_MOVES:
            raise UnreadError(Reason.LIMIT, f"it has more than {_MOST_MOVES:,} ways from a character to the next")
        for state, ways in last.items():
            follow = self.follow[state]
            for target, further in first.items():
                follow[target] = min(follow.get(target, 0) + ways * further, _MANY)

    def _repeat(self, node: Repeat) -> _Part:
        if node.most == 0:
            return _Part(1, {}, {})
        size = self._size(node.body)
        room = max(_WRITTEN_OUT // max(size, 1), 1)
        found = _Part(1, {}, {})
        may_be_idle = node.least > _WRITTEN_OUT_FREELY and width(node.body)[0] == 0
        least = node.least if node.least <= room and not may_be_idle else min(node.least, 1)
        for _ in range(least - (node.most is None and least > 0)):
            found = self._then(found, self.part(node.body))
        if node.most is None:
            return self._then(found, self._again(node.body, is_idle=least == 0))
        optional = node.most - node.least
        if least == node.least and optional <= min(max(room - least, 1), _WRITTEN_OUT_FREELY):
            return self._then(found, self._perhaps(node.body, optional))
        self.bound = max(self.bound, node.most)
        return self._then(found, self._again(node.body, is_idle=True))

    def _again(self, body: Node, *, is_idle: bool) -> _Part:
        """A repetition without end; an iteration that takes nothing is none, so being idle is one way."""
        part = self.part(body)
        self._link(part.last, part.first)
        return _Part(1 if is_idle else part.empty, part.first, part.last)

    def _perhaps(self, body: Node, times: int) -> _Part:
        """`(body(body)?)?`: from the inside out, for what stands further in is only tried behind what stands before."""
        found = _Part(1, {}, {})
        for _ in range(times):
            part = self.part(body)
            part.empty = 0
            found = self._then(part, found)
            found.empty = 1
        return found

    def _size(self, node: Node) -> int:
        known = self._sizes.get(id(node))
        if known is None:
            times = min(node.most or node.least + 1, _WRITTEN_OUT) if isinstance(node, Repeat) else 1
            known = sum(self._size(each) for each in within(node)) * max(times, 1) + isinstance(node, Chars)
            self._sizes[id(node)] = known
        return known
