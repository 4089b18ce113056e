"""Any text and any document come to true, false or could not look; what is absent never becomes an answer."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import fields, replace
from tests.samples.conditions import OF_FILE, broken, conditions
from tests.samples.documents import plain_document

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.documents.nodes import Mark
from weighbridge.landscape.documents.shapes import Problem
from weighbridge.policy.conditions.condition import Condition, ConditionError, compile_condition
from weighbridge.policy.conditions.evaluate import Answer, answers
from weighbridge.policy.view.build import view_of
from weighbridge.policy.view.change import FileArea
from weighbridge.policy.view.sources import ViewedReviews, ViewedTime, Weekday
from weighbridge.policy.view.view import View

odd_text = st.text(st.characters(codec=None), max_size=12)
files = st.builds(
    replace,
    st.just(view_of(plain_document("src/a.py")).change.files[0]),
    path=st.one_of(st.sampled_from(["src/a.py", "docs/b.md", "a/x/b", "c.py"]), odd_text),
    lines_added=st.integers(0, 5),
    lines_removed=st.integers(0, 2),
    is_test=st.booleans(),
    is_read=st.booleans(),
    area=st.sampled_from(FileArea),
    language=st.sampled_from(["python", "go", ""]),
)
base = view_of(plain_document())
changes = st.builds(
    replace,
    st.just(base.change),
    title=st.one_of(st.just("fix it"), odd_text),
    files=st.lists(files, max_size=4).map(tuple),
    authors=st.sampled_from([base.change.authors, (), UNSET]),
)
full_risk = replace(base.risk, percentile=95.0)
risks = st.sampled_from([full_risk, replace(full_risk, percentile=UNSET)])
impacts = st.sampled_from([base.impact, type(base.impact)()])
times = st.sampled_from([ViewedTime(), ViewedTime(hour=3, weekday=Weekday.MONDAY)])
reviews = st.sampled_from([ViewedReviews(), ViewedReviews(all=(), unresolved=0)])
views = st.builds(replace, st.just(base), change=changes, risk=risks, impact=impacts, time=times, reviews=reviews)


def outcome(text: str, view: View = base) -> Answer:
    return answers(view, [compile_condition(text)])[0]


@settings(max_examples=400)
@given(broken)
def test_any_text_is_a_condition_or_says_what_is_wrong(text: str) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        assert isinstance(outcome(text), bool | CouldNotLook)
    except ConditionError as error:
        problems = error.problems or (Problem(mark=Mark(line=0, column=0), message=""),)

    assert all(problem.message and problem.mark.line > 0 and problem.mark.column > 0 for problem in problems)


@settings(max_examples=200)
@given(conditions, views)
def test_any_condition_of_any_document_has_one_of_three_answers(text: str, view: View) -> None:
    answer = outcome(text, view)

    assert isinstance(answer, bool | CouldNotLook)
    assert isinstance(answer, bool) or answer.detail


@settings(max_examples=200)
@given(conditions, views)
def test_what_could_not_look_cannot_look_when_it_is_negated(text: str, view: View) -> None:
    answer, negated = outcome(text, view), outcome(f"!({text})", view)

    if isinstance(answer, bool):
        assert negated is not answer
        assert isinstance(negated, bool)
    else:
        assert isinstance(negated, CouldNotLook)


@settings(max_examples=200)
@given(st.lists(conditions, min_size=2, max_size=5), views, st.data())
def test_the_order_and_company_of_conditions_changes_no_answer(
    texts: list[str], view: View, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(texts))

    together = dict(zip(shuffled, answers(view, [compile_condition(text) for text in shuffled]), strict=True))

    assert [together[text] for text in texts] == [outcome(text, view) for text in texts]


@settings(max_examples=200)
@given(conditions, conditions, views)
def test_both_sides_of_and_and_or_can_be_exchanged(one: str, other: str, view: View) -> None:
    for operator in ("&&", "||"):
        there, back = outcome(f"({one}) {operator} ({other})", view), outcome(f"({other}) {operator} ({one})", view)
        assert there == back or (isinstance(there, CouldNotLook) and isinstance(back, CouldNotLook))


def optional(view: View) -> list[tuple[str, str]]:
    """Every field of the view that is there and could be absent."""
    return [
        (name.name, inner.name)
        for name in fields(view)
        if hasattr(getattr(view, name.name), "__struct_fields__")
        for inner in fields(getattr(view, name.name))
        if inner.default is UNSET and getattr(getattr(view, name.name), inner.name) is not UNSET
    ]


@settings(max_examples=200)
@given(conditions.filter(lambda text: "has(" not in text), views, st.data())
def test_taking_a_fact_away_changes_an_answer_into_no_answer_or_not_at_all(
    text: str, view: View, data: st.DataObject
) -> None:
    name, inner = data.draw(st.sampled_from(optional(view)))
    poorer: Mapping[str, object] = {name: replace(getattr(view, name), **{inner: UNSET})}

    before, after = outcome(text, view), outcome(text, replace(view, **poorer))

    assert isinstance(after, CouldNotLook) or after == before


@settings(max_examples=200)
@given(OF_FILE, views)
def test_a_loop_that_is_spared_comes_to_what_it_would_have_come_to(asked: str, view: View) -> None:
    plain = outcome(f"!change.files.all(f, !({asked}))", view)

    spared = outcome(f"change.files.exists(f, {asked})", view)

    assert spared == plain or (isinstance(spared, CouldNotLook) and isinstance(plain, CouldNotLook))


@given(views)
def test_one_condition_may_be_asked_of_many_documents(view: View) -> None:
    condition = compile_condition("change.files.exists(f, f.path == 'src/a.py')")

    answer = answers(view, [condition])[0]

    assert answer is any(file.path == "src/a.py" for file in view.change.files)


@pytest.mark.parametrize("text", ["change.title == '\ud800'", "change.title == '\0'"])
def test_a_text_that_the_library_cannot_hold_is_a_mistake(text: str) -> None:
    with pytest.raises(ConditionError, match="this character cannot stand in a text"):
        compile_condition(text)


def test_a_condition_is_compiled_once() -> None:
    one: Condition = compile_condition("level == 'low'")

    assert compile_condition("level == 'low'") is one
