"""Which nodes of a graph lie on a circle together: strongly connected components (Tarjan, 1972), without recursion.

One pass answers for all pairs what a search for each pair would go over the same graph for again and again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

N = TypeVar("N")


def circles(starts: Iterable[N], onward: Callable[[N], Iterable[N]]) -> Mapping[N, int]:
    """Each node that can be reached from `starts`, with a number that it shares with those it is on a circle with."""
    number: dict[N, int] = {}
    lowest: dict[N, int] = {}
    circle: dict[N, int] = {}
    open_nodes: list[N] = []
    for start in starts:
        if start in number:
            continue
        number[start] = lowest[start] = len(number)
        open_nodes.append(start)
        walk: list[tuple[N, Iterator[N]]] = [(start, iter(onward(start)))]
        while walk:
            node, following = walk[-1]
            target = next(following, None)
            if target is None:
                walk.pop()
                if walk:
                    lowest[walk[-1][0]] = min(lowest[walk[-1][0]], lowest[node])
                if lowest[node] == number[node]:
                    _close(node, open_nodes, circle=circle)
            elif target not in number:
                number[target] = lowest[target] = len(number)
                open_nodes.append(target)
                walk.append((target, iter(onward(target))))
            elif target not in circle:
                lowest[node] = min(lowest[node], number[target])
    return circle


def _close(node: N, open_nodes: list[N], *, circle: dict[N, int]) -> None:
    name = len(circle)
    while True:
        member = open_nodes.pop()
        circle[member] = name
        if member == node:
            return
