"""Which definition of a file's head is which of its base: by qualified name, and among equal names by what they are."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, TypeVar

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Definition, FileFacts

T = TypeVar("T")

_LINE: Final = LatePattern(r"@\d+(:\d+)?")
"""The line that an unnamed definition is told apart by."""

_MOST_COMPARED: Final = 1_000_000
"""Pairs of definitions of one name that are compared; beyond, they are taken in their order."""


class Named(Struct, frozen=True, gc=False):
    """A definition of a file, by its index there and its qualified name."""

    index: int
    name: str
    definition: Definition


class Pair(Struct, frozen=True, gc=False):
    """One definition on both sides; None where it does not exist."""

    base: Named | None
    head: Named | None
    is_moved: bool = False
    """Whether it stands before another of its name now, or behind one: which of them holds may be another."""


def pairs(base: FileFacts | None, head: FileFacts | None) -> list[Pair]:
    """Every definition of the two sides once: head's in its order, then those that base alone has.

    Names are compared without the lines of unnamed functions around them, so what stands inside one is the same after it has
    moved. Where several bear one name (overloads, the same helper in many tests), those that are alike to the letter and in
    the same order are the same, then those that are used alike, and then the rest, in their order: so one put between others
    is new, and does not make strangers of those that follow.
    """
    before, after = _named(base), _named(head)
    waiting, coming = _by_name(before), _by_name(after)
    same: dict[int, Pair] = {}
    for name, named in coming.items():
        if name in waiting:
            same |= {pair.head.index: pair for pair in _same(waiting[name], named) if pair.head is not None}
    taken = {pair.base.index for pair in same.values() if pair.base is not None}
    found = [same.get(each.index) or Pair(base=None, head=each) for each in after]
    return found + [Pair(base=each, head=None) for each in before if each.index not in taken]


def _named(facts: FileFacts | None) -> list[Named]:
    """The definitions of a file; what a lambda does counts for the definition that holds it."""
    definitions = enumerate(facts.definitions if facts else ())
    return [
        Named(at, facts.qualified_name(at) if facts else "", each) for at, each in definitions if each.kind != "lambda"
    ]


def _by_name(named: Sequence[Named]) -> dict[str, list[Named]]:
    found: dict[str, list[Named]] = {}
    for each in named:
        found.setdefault(_LINE.sub("@", each.name), []).append(each)
    return found


def _same(before: Sequence[Named], after: Sequence[Named]) -> Iterator[Pair]:
    """Which of `before` each of `after` is."""
    if len(before) == len(after) == 1:
        yield Pair(base=before[0], head=after[0])
        return
    old, new = [*map(_letters, before)], [*map(_letters, after)]
    kept = [*_in_order(old, new)]
    yield from (Pair(base=before[i], head=after[j]) for i, j in kept)
    left = _without(before, {i for i, _ in kept})
    waiting: dict[str, deque[Named]] = {}
    for each in left:
        waiting.setdefault(each.definition.signature, deque()).append(each)
    rest: list[Named] = []
    for each in _without(after, {j for _, j in kept}):
        if queue := waiting.get(each.definition.signature):
            yield _moved_or_changed(queue.popleft(), each)
        else:
            rest.append(each)
    unlike = sorted((each for queue in waiting.values() for each in queue), key=lambda each: each.index)
    yield from (_moved_or_changed(old_one, new_one) for old_one, new_one in zip(unlike, rest, strict=False))


def _moved_or_changed(before: Named, after: Named) -> Pair:
    return Pair(base=before, head=after, is_moved=_letters(before) == _letters(after))


def left_over(some: Sequence[T], others: Sequence[T], *, by: Callable[[T], object]) -> list[T]:
    """What is left of some when each of the others has taken away one that `by` tells alike, in their order."""
    taken = [by(other) for other in others]
    found = []
    for each in some:
        if by(each) in taken:
            taken.remove(by(each))
        else:
            found.append(each)
    return found


def _letters(named: Named) -> tuple[str, ...]:
    return named.definition.signature, named.definition.body, named.definition.text


def _without(named: Sequence[Named], places: set[int]) -> list[Named]:
    return [each for at, each in enumerate(named) if at not in places]


def _in_order(old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """The places of what is alike on both sides without changing places: as `diff` keeps lines."""
    first = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    yield from ((i, i) for i in range(first))
    rest = len(old) - first, len(new) - first
    last = next((i for i in range(min(rest)) if old[-1 - i] != new[-1 - i]), min(rest))
    if 0 < (rest[0] - last) * (rest[1] - last) <= _MOST_COMPARED:
        matcher = SequenceMatcher(None, old[first : len(old) - last], new[first : len(new) - last], autojunk=False)
        for i, j, size in matcher.get_matching_blocks():
            yield from ((first + i + k, first + j + k) for k in range(size))
    yield from ((len(old) - 1 - i, len(new) - 1 - i) for i in range(last))
