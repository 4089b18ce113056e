"""Ranges of lines, as every reader tells them."""

from collections.abc import Iterable


def merged(ranges: Iterable[tuple[int, int]], *, reach: int = 1) -> tuple[tuple[int, int], ...]:
    """The ranges (first, last) in order, those made one that lie no more than `reach` lines apart; 0 where they share one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + reach:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)
