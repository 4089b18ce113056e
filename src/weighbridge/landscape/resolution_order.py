"""The method resolution order of classes: C3 linearisation, as Python defines it and others are near enough to."""

from collections.abc import Callable, Sequence
from typing import Final

from weighbridge.landscape.values import Symbol

MOST_ANCESTORS: Final = 200
"""Classes in one order; no code that people wrote comes near, and what machines wrote is cut there."""


def resolution_order(owner: Symbol, parents: Callable[[Symbol], Sequence[Symbol]]) -> tuple[Symbol, ...]:
    """`owner` and its ancestors, nearest first.

    C3 (Barrett et al., OOPSLA 1996); where the hierarchy is inconsistent or cyclic, which would not run, or has more than
    `MOST_ANCESTORS` classes, a plain walk in order of declaration stands in.
    """
    bases = _bases(owner, parents)
    return _linear(owner, bases) or tuple(bases)


def _bases(owner: Symbol, parents: Callable[[Symbol], Sequence[Symbol]]) -> dict[Symbol, tuple[Symbol, ...]]:
    """The direct bases of `owner` and of its ancestors, nearest first, as far as `MOST_ANCESTORS`."""
    found: dict[Symbol, tuple[Symbol, ...]] = {}
    pending = [owner]
    position = 0
    while position < len(pending) and len(found) < MOST_ANCESTORS:
        one = pending[position]
        position += 1
        if one not in found:
            found[one] = tuple(dict.fromkeys(p for p in parents(one) if p != one))
            pending.extend(found[one])
    return found


def _linear(owner: Symbol, bases: dict[Symbol, tuple[Symbol, ...]]) -> tuple[Symbol, ...] | None:
    """The C3 order, made from the topmost classes down; None where there is none."""
    known: dict[Symbol, tuple[Symbol, ...]] = {}
    begun: set[Symbol] = set()
    pending = [owner]
    while pending:
        one = pending[-1]
        if one not in bases:
            return None
        missing = [p for p in bases[one] if p not in known]
        if missing and one not in begun:
            begun.add(one)
            pending += missing
            continue
        pending.pop()
        if one not in known:
            merged = None if missing else _merge([list(known[p]) for p in bases[one]] + [list(bases[one])])
            if merged is None:
                return None
            known[one] = (one, *merged)
    return known[owner]


def _merge(lists: list[list[Symbol]]) -> list[Symbol] | None:
    merged: list[Symbol] = []
    while lists := [one for one in lists if one]:
        head = next((one[0] for one in lists if not any(one[0] in other[1:] for other in lists)), None)
        if head is None:
            return None
        merged.append(head)
        lists = [one[1:] if one[0] == head else one for one in lists]
    return merged
