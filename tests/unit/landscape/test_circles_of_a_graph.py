"""Nodes that lead to each other are told, in any graph and however long the way."""

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from weighbridge.landscape.circles import circles

nodes = st.integers(0, 7)


def reached(graph: Mapping[int, Sequence[int]], start: int) -> set[int]:
    found: set[int] = set()
    pending = list(graph.get(start, ()))
    while pending:
        node = pending.pop()
        if node not in found:
            found.add(node)
            pending += graph.get(node, ())
    return found


@given(graph=st.dictionaries(nodes, st.lists(nodes, max_size=4)), starts=st.lists(nodes, max_size=4))
def test_two_nodes_share_a_number_when_each_leads_to_the_other(graph: dict[int, list[int]], starts: list[int]) -> None:
    found = circles(starts, lambda node: graph.get(node, ()))

    assert set(found) == {node for start in starts for node in {start} | reached(graph, start)}
    for one in found:
        for other in found:
            together = one == other or (other in reached(graph, one) and one in reached(graph, other))
            assert (found[one] == found[other]) == together


def test_a_way_of_a_hundred_thousand_nodes_is_gone() -> None:
    count = 100_000

    assert len(set(circles([0], lambda node: [(node + 1) % count]).values())) == 1
    assert len(set(circles([0], lambda node: [node + 1] if node < count else []).values())) == count + 1
