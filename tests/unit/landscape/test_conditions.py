"""Conditions are compared by what they ask, not by how that is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.facts.model import Condition
from weighbridge.landscape.conditions import Form, form_of, holds_less_often, names_in, opposite


def leaf(text: str) -> Condition:
    return Condition("is", text)


def all_of(*parts: Condition) -> Condition:
    return Condition("and", "", parts)


def any_of(*parts: Condition) -> Condition:
    return Condition("or", "", parts)


def not_(part: Condition) -> Condition:
    return Condition("not", "", (part,))


A, B, C = leaf("a"), leaf("b"), leaf("c")
CONDITIONS = st.recursive(
    st.sampled_from([A, B, C]),
    lambda inner: st.one_of(
        inner.map(not_),
        st.tuples(inner, inner).map(lambda two: all_of(*two)),
        st.tuples(inner, inner).map(lambda two: any_of(*two)),
    ),
    max_leaves=6,
)


def holds(form: Form, true: frozenset[str]) -> bool:
    if form.kind == "is":
        return (form.text in true) != form.is_negated
    parts = [holds(part, true) for part in form.parts]
    return all(parts) if form.kind == "and" else any(parts)


WORLDS = [frozenset(name for bit, name in enumerate("abc") if number >> bit & 1) for number in range(8)]


@given(CONDITIONS)
def test_the_opposite_holds_where_a_form_does_not(condition: Condition) -> None:
    form = form_of(condition)

    assert all(holds(opposite(form), world) != holds(form, world) for world in WORLDS)
    assert opposite(opposite(form)) == form
    assert opposite(form) == form_of(not_(condition))


@given(CONDITIONS, CONDITIONS)
def test_what_holds_less_often_never_holds_alone(one: Condition, other: Condition) -> None:
    if holds_less_often(form_of(one), form_of(other)):
        assert all(holds(form_of(other), world) for world in WORLDS if holds(form_of(one), world))


@pytest.mark.parametrize(
    ("less", "more"),
    [(all_of(A, B), A), (A, any_of(A, B)), (all_of(A, B, C), all_of(A, B)), (any_of(all_of(A, C), B), any_of(A, B))],
)
def test_a_joined_condition_holds_less_often(less: Condition, more: Condition) -> None:
    assert holds_less_often(form_of(less), form_of(more))
    assert not holds_less_often(form_of(more), form_of(less))


@pytest.mark.parametrize(("one", "other"), [(A, A), (A, B), (all_of(A, B), all_of(B, A)), (not_(A), A)])
def test_others_do_not(one: Condition, other: Condition) -> None:
    assert not holds_less_often(form_of(one), form_of(other))


def test_names_in_texts_are_not_asked_about() -> None:
    assert names_in(form_of(all_of(leaf("user.role == 'admin'"), not_(leaf("f(x)"))))) == {"user", "role", "f", "x"}


def test_a_form_reads_as_a_condition() -> None:
    assert str(form_of(not_(all_of(A, not_(any_of(B, C)))))) == "b or c or not a"
