"""Which definition of a file's head is which of its base: by qualified name, and among equal names by what they are."""

from collections import deque
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Definition, FileFacts

_LINE: Final = LatePattern(r"@\d+(:\d+)?")
"""The line that an unnamed definition is told apart by."""

_MARKS: Final = (3, 2, 1, 0)
"""How many of signature, body and text make two definitions of one name the same: the surest first."""


class Named(Struct, frozen=True, gc=False):
    """A definition of a file, by its index there and its qualified name."""

    index: int
    name: str
    definition: Definition


class Pair(Struct, frozen=True, gc=False):
    """One definition on both sides; None where it does not exist."""

    base: Named | None
    head: Named | None


def pairs(base: FileFacts | None, head: FileFacts | None) -> list[Pair]:
    """Every definition of the two sides once: head's in its order, then those that base alone has.

    Names are compared without the lines of unnamed functions around them, so what stands inside one is the same after it has
    moved. Where several bear one name (overloads, the same helper in many tests), those that are alike to the letter are the
    same, then those that do the same, then those that are used alike, and the rest in their order: so one put between others
    is new, and does not make strangers of those that follow.
    """
    before, after = _named(base), _named(head)
    waiting, coming = _by_name(before), _by_name(after)
    same: dict[int, Named] = {}
    for name, named in coming.items():
        if name in waiting:
            same |= _same(waiting[name], named)
    taken = {each.index for each in same.values()}
    found = [Pair(base=same.get(each.index), head=each) for each in after]
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


def _same(before: Sequence[Named], after: Sequence[Named]) -> dict[int, Named]:
    """Which of `before` each of `after` is, by the latter's index."""
    if len(before) == len(after) == 1:
        return {after[0].index: before[0]}
    found: dict[int, Named] = {}
    for count in _MARKS:
        taken = {each.index for each in found.values()}
        waiting: dict[tuple[str, ...], deque[Named]] = {}
        for each in before:
            if each.index not in taken:
                waiting.setdefault(_marks(each.definition, count), deque()).append(each)
        for each in after:
            if each.index not in found and (queue := waiting.get(_marks(each.definition, count))):
                found[each.index] = queue.popleft()
    return found


def _marks(definition: Definition, count: int) -> tuple[str, ...]:
    return (definition.signature, definition.body, definition.text)[:count]
