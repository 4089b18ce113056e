"""How states combine, sentence by sentence, and for every combination of up to four states."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.gate import GateState
from weighbridge.policy.combine import PASSED, all_of, any_of, at_least

SATISFIED, UNSATISFIED, NOT_APPLICABLE, OVERRIDDEN, BYPASSED, ERROR = GateState
STATES = list(GateState)
EVERY = [states for size in range(1, 5) for states in product(STATES, repeat=size)]

lists = st.lists(st.sampled_from(STATES), min_size=1, max_size=8)


def test_all_of_nothing_is_never_passed() -> None:
    assert all_of([]) is any_of([]) is at_least(0, []) is UNSATISFIED


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ([SATISFIED, SATISFIED], SATISFIED),
        ([SATISFIED, NOT_APPLICABLE], SATISFIED),
        ([NOT_APPLICABLE, NOT_APPLICABLE], NOT_APPLICABLE),
        ([SATISFIED, OVERRIDDEN], OVERRIDDEN),
        ([OVERRIDDEN, BYPASSED], BYPASSED),
        ([BYPASSED, UNSATISFIED], UNSATISFIED),
        ([UNSATISFIED, ERROR, SATISFIED], ERROR),
    ],
)
def test_all_of_them_is_the_worst_that_applies(states: list[GateState], state: GateState) -> None:
    assert all_of(states) is state


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ([UNSATISFIED, SATISFIED], SATISFIED),
        ([ERROR, SATISFIED], SATISFIED),
        ([ERROR, UNSATISFIED], ERROR),
        ([OVERRIDDEN, SATISFIED], SATISFIED),
        ([NOT_APPLICABLE, UNSATISFIED], UNSATISFIED),
        ([NOT_APPLICABLE], NOT_APPLICABLE),
    ],
)
def test_any_of_them_passes_with_the_best_one(states: list[GateState], state: GateState) -> None:
    assert any_of(states) is state


@pytest.mark.parametrize(
    ("count", "states", "state"),
    [
        (2, [SATISFIED, SATISFIED, ERROR], SATISFIED),
        (2, [SATISFIED, OVERRIDDEN, UNSATISFIED], OVERRIDDEN),
        (2, [SATISFIED, NOT_APPLICABLE], UNSATISFIED),
        (2, [SATISFIED, ERROR, UNSATISFIED], ERROR),
        (3, [SATISFIED, SATISFIED], UNSATISFIED),
        (0, [UNSATISFIED], UNSATISFIED),
    ],
)
def test_at_least_some_counts_those_that_passed(count: int, states: list[GateState], state: GateState) -> None:
    assert at_least(count, states) is state


def test_no_combination_passes_without_one_that_passed() -> None:
    for states in EVERY:
        if not PASSED & set(states):
            combined = {all_of(states), any_of(states), *(at_least(n, states) for n in range(5))}
            assert not combined & PASSED, states


@given(lists, st.integers(0, 9), st.integers(0, 7), st.sampled_from([UNSATISFIED, ERROR]))
def test_making_one_worse_never_makes_the_whole_pass(
    states: list[GateState], count: int, place: int, worse: GateState
) -> None:
    place %= len(states)
    worsened = [*states[:place], worse, *states[place + 1 :]]

    for combine in (all_of, any_of, lambda each: at_least(count, each)):
        if combine(states) not in (*PASSED, NOT_APPLICABLE):
            assert combine(worsened) not in PASSED


@given(lists, st.integers(0, 9))
def test_the_order_does_not_matter(states: list[GateState], count: int) -> None:
    turned = states[::-1]

    assert all_of(states) is all_of(turned)
    assert at_least(count, states) is at_least(count, turned)
