"""The order in which members are looked for is Python's own, and hostile hierarchies cost little."""

from collections.abc import Mapping

from hypothesis import example, given
from hypothesis import strategies as st

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.resolution_order import MOST_ANCESTORS, resolution_order
from weighbridge.landscape.values import Symbol

Bases = Mapping[int, tuple[int, ...]]


@st.composite
def hierarchies(draw: st.DrawFn) -> Bases:
    """Classes by number, each inheriting from any of the ones before it, in any order."""
    count = draw(st.integers(1, 9))
    return {
        n: tuple(draw(st.lists(st.integers(1, n - 1), unique=True, max_size=4))) if n > 1 else ()
        for n in range(1, count + 1)
    }


def symbol(number: int) -> Symbol:
    return Symbol(RepoPath("a.py"), number)


def ours(bases: Bases, number: int) -> list[int]:
    return [s.index for s in resolution_order(symbol(number), lambda s: [symbol(b) for b in bases[s.index]], known={})]


def pythons(bases: Bases) -> dict[int, list[int] | None]:
    """Python's own orders; None for a class that Python would not make, or whose ancestor it would not."""
    made: dict[int, type | None] = {}
    for number, parents in bases.items():
        known = [made[parent] for parent in parents]
        above = tuple(parent for parent in known if parent is not None)
        try:
            made[number] = type(str(number), above, {}) if len(above) == len(known) else None
        except TypeError:
            made[number] = None
    return {n: [int(c.__name__) for c in t.__mro__[:-1]] if t else None for n, t in made.items()}


@given(hierarchies())
@example({1: (), 2: (), 3: (1,), 6: (3, 2), 7: (6, 2)})
def test_the_order_is_pythons_own(bases: Bases) -> None:
    for number, order in pythons(bases).items():
        if order is not None:
            assert ours(bases, number) == order


@given(hierarchies())
def test_where_python_has_none_every_ancestor_is_still_there_once(bases: Bases) -> None:
    for number in bases:
        above, pending = set(), [number]
        while pending:
            one = pending.pop()
            above.add(one)
            pending += [parent for parent in bases[one] if parent not in above]

        order = ours(bases, number)

        assert order[0] == number
        assert sorted(order) == sorted(above)


@given(
    st.dictionaries(st.integers(1, 6), st.lists(st.integers(1, 6), max_size=3).map(tuple)).map(
        lambda b: {n: b.get(n, ()) for n in range(1, 7)}
    )
)
def test_circles_of_inheritance_end(bases: Bases) -> None:
    for number in bases:
        order = ours(bases, number)
        assert order[0] == number
        assert len(order) == len(set(order))


def test_a_class_named_twice_as_a_base_counts_once() -> None:
    assert ours({1: (), 2: (1, 1)}, 2) == [2, 1]


def test_a_chain_of_ten_thousand_classes_is_cut_and_not_a_crash() -> None:
    bases = {n: (n - 1,) if n > 1 else () for n in range(1, 10_001)}

    assert ours(bases, 10_000) == list(range(10_000, 10_000 - MOST_ANCESTORS, -1))


def test_layers_that_each_inherit_from_all_of_the_layer_above_cost_little() -> None:
    bases = {n: tuple(range((n - 1) // 10 * 10 - 9, (n - 1) // 10 * 10 + 1)) if n > 10 else () for n in range(1, 1001)}

    assert len(ours(bases, 1000)) == MOST_ANCESTORS
