"""The method resolution order of classes: C3 linearisation, as Python defines it and others are near enough to."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from weighbridge.landscape.values import Symbol

MOST_ANCESTORS: Final = 200
"""Classes in one order; no code that people wrote comes near, and what machines wrote is cut there."""

Order = tuple[Symbol, ...]


def resolution_order(
    owner: Symbol, parents: Callable[[Symbol], Sequence[Symbol]], *, known: dict[Symbol, Order]
) -> Order:
    """`owner` and its ancestors, nearest first; `known` holds the orders of classes asked for before, and is added to.

    C3 (Barrett et al., OOPSLA 1996), made from the topmost classes down, so that each class's order is made once; where the
    hierarchy is inconsistent or cyclic, which would not run, a plain walk in order of declaration stands in. An order ends
    after `MOST_ANCESTORS` classes.
    """
    opened: set[Symbol] = set()
    pending = [owner]
    while pending:
        one = pending[-1]
        bases = _bases(one, parents) if one not in known else ()
        missing = [base for base in bases if base not in known and base not in opened]
        if missing:
            opened.add(one)
            pending += reversed(missing)
            continue
        pending.pop()
        if one not in known:
            known[one] = _order(one, bases, known=known) or _plain_walk(one, parents)
    return known[owner]


def _bases(one: Symbol, parents: Callable[[Symbol], Sequence[Symbol]]) -> Order:
    return tuple(dict.fromkeys(parent for parent in parents(one) if parent != one))


def _order(one: Symbol, bases: Order, *, known: dict[Symbol, Order]) -> Order | None:
    """The C3 order from those of the bases; None where there is none."""
    if any(base not in known for base in bases):
        return None  # it inherits from what inherits from it
    if len(bases) == 1:
        above = known[bases[0]]
        return (one, *above[: MOST_ANCESTORS - 1]) if one not in above else None
    merged = _merge([*(known[base] for base in bases), bases])
    return (one, *merged) if merged is not None and one not in merged else None


def _plain_walk(owner: Symbol, parents: Callable[[Symbol], Sequence[Symbol]]) -> Order:
    found: dict[Symbol, None] = {}
    pending = [owner]
    position = 0
    while position < len(pending) and len(found) < MOST_ANCESTORS:
        one = pending[position]
        position += 1
        if one not in found:
            found[one] = None
            pending.extend(_bases(one, parents))
    return tuple(found)


def _merge(lists: Sequence[Order]) -> list[Symbol] | None:
    """What comes first in some list and behind nothing in any other, again and again, as far as an order goes."""
    behind = Counter(each for one in lists for each in one[1:])
    heads = [0] * len(lists)
    merged: list[Symbol] = []
    while len(merged) < MOST_ANCESTORS - 1:
        left = [one[at] for one, at in zip(lists, heads, strict=True) if at < len(one)]
        if not left:
            break
        head = next((each for each in left if not behind[each]), None)
        if head is None:
            return None
        merged.append(head)
        for index, one in enumerate(lists):
            if heads[index] < len(one) and one[heads[index]] == head:
                heads[index] += 1
                if heads[index] < len(one):
                    behind[one[heads[index]]] -= 1
    return merged
