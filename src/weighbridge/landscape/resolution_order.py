"""The method resolution order of classes: C3 linearisation, as Python defines it and others are near enough to."""

from collections.abc import Callable, Sequence

from weighbridge.landscape.values import Symbol


def resolution_order(owner: Symbol, parents: Callable[[Symbol], Sequence[Symbol]]) -> tuple[Symbol, ...]:
    """`owner` and its ancestors, nearest first.

    C3 (Barrett et al., OOPSLA 1996); where the hierarchy is inconsistent or cyclic, which would not run, a plain walk in
    order of declaration stands in.
    """
    known: dict[Symbol, tuple[Symbol, ...] | None] = {}

    def linear(one: Symbol) -> tuple[Symbol, ...] | None:
        if one in known:
            return known[one]
        known[one] = None  # met again while unfinished: a cycle
        direct = [p for p in parents(one) if p != one]
        orders = [linear(parent) for parent in direct]
        if any(order is None for order in orders):
            return None
        merged = _merge([list(o) for o in orders if o] + [list(direct)])
        known[one] = None if merged is None else (one, *merged)
        return known[one]

    return linear(owner) or _walk(owner, parents)


def _merge(lists: list[list[Symbol]]) -> list[Symbol] | None:
    merged: list[Symbol] = []
    while lists := [one for one in lists if one]:
        head = next((one[0] for one in lists if not any(one[0] in other[1:] for other in lists)), None)
        if head is None:
            return None
        merged.append(head)
        lists = [one[1:] if one[0] == head else one for one in lists]
    return merged


def _walk(owner: Symbol, parents: Callable[[Symbol], Sequence[Symbol]]) -> tuple[Symbol, ...]:
    found: dict[Symbol, None] = {}
    pending = [owner]
    while pending:
        one = pending.pop(0)
        if one not in found:
            found[one] = None
            pending.extend(parents(one))
    return tuple(found)
