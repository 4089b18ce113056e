"""Patterns are judged by the steps that a failing match takes, and the machine matches as the engine does."""

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weighbridge.domain.outcomes import Reason
from weighbridge.landscape.resources.patterns.judging import Manner, judge
from weighbridge.landscape.resources.patterns.machine import Machine
from weighbridge.landscape.resources.patterns.positions import automaton
from weighbridge.landscape.resources.patterns.reading import Dialect, read
from weighbridge.landscape.resources.patterns.refusal import UnreadError


@pytest.mark.parametrize(
    ("text", "manner"),
    [
        (r"(a+)+$", "search"),
        (r"^(a|aa)+$", "search"),
        (r"^(a|a)*$", "start"),
        (r"^(([a-z])+.)+[A-Z]([a-z])+$", "start"),
        (r"(a?b?)*c", "start"),
        (r"(?=(a+)+b)c", "start"),
        (r"^(?=.*\d)(a+)+$", "start"),
        (r"(x+x+)+y", "search"),
        (r"(?:a{1,30}){1,30}$", "start"),
        ("(" * 40 + "a" + ")+" * 40 + "b", "start"),
        (r"(a*)*", "whole"),
        (r"([\"'])(a+)+\1", "start"),
        (r"(?i)^(?:[a-z]+,?)*$", "start"),
        ("(?x) ^ ( a + # one or more\n ) + $", "start"),
    ],
)
def test_what_can_be_divided_at_each_repetition_is_exponential(text: str, manner: Manner) -> None:
    verdict = judge(text, "python", manner=manner)

    assert verdict is not None
    assert verdict.degree == 0


@pytest.mark.parametrize(
    ("text", "manner", "degree"),
    [
        (r"a*a*b", "start", 2),
        (r"a*a*a*b", "start", 3),
        (r"a*a*a*b", "search", 4),
        ("(.*)" * 40 + "x", "start", 9),
        (r"\s+$", "search", 2),
        (r"<(.*)>(.*)</x>", "start", 2),
        (r"^\s*(.*?)\s*;$", "start", 3),
        (r"^([\s\S]*?)((?:\.{1,2}|[^/]+?|)(\.[^./]*|))(?:[/]*)$", "search", 2),
        (r"^\W+|\W+$", "search", 2),
    ],
)
def test_what_can_be_divided_in_as_many_places_as_it_is_long_has_a_degree(
    text: str, manner: Manner, degree: int
) -> None:
    verdict = judge(text, "python", manner=manner)

    assert verdict is not None
    assert verdict.degree == degree


@pytest.mark.parametrize(
    ("text", "manner"),
    [
        (r"^\s+$", "search"),
        (r"\s+$", "start"),
        (r"^(\w{1,63}\.)*\w+$", "start"),
        (r"(a*)*", "start"),
        (r"(?>a+)+b", "start"),
        (r"(a++)+b", "start"),
        (r"^[a-z]+(\s*,\s*[a-z]+)*$", "start"),
        (r"^(?:(?!ab).)*$", "start"),
        (r"^a{1,200}a{1,200}$", "start"),
        (r"^([^=;]+)\s{0,256}=", "start"),
        (r"([\"'])(.*?)\1", "search"),
        (r"^(\d+\.)+\d+$", "start"),
        (r"^(?:ab|ac|ad)*$", "start"),
    ],
)
def test_what_has_one_way_to_read_each_character_is_quick(text: str, manner: Manner) -> None:
    assert judge(text, "python", manner=manner) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(" * 1_000 + "a" + ")+" * 1_000, Reason.LIMIT),
        ("a?" * 5_000, Reason.LIMIT),
        ("(?:" + "|".join(f"word{number}" for number in range(600)) + ")*x", Reason.LIMIT),
        ("a{1000000}", Reason.LIMIT),
        ("(a", Reason.UNPARSED),
        ("a)", Reason.UNPARSED),
        ("*a", Reason.UNPARSED),
        ("[a", Reason.UNPARSED),
        (r"(a)(?(1)b|c)", Reason.UNSUPPORTED),
        (r"\N{DIGIT ONE}+", Reason.UNSUPPORTED),
        (r"(?R)", Reason.UNSUPPORTED),
    ],
)
def test_what_is_not_read_is_refused_with_its_reason_at_once(text: str, reason: Reason) -> None:
    start = time.process_time()

    with pytest.raises(UnreadError) as refused:
        judge(text, "python")

    assert refused.value.reason is reason
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    "text",
    ["(a{1,1000}){1,1000}b", "(?:a?){30}a{30}$", "(((((a*)*)*)*)*)*b", "(.*)" * 40 + "x", "(a|b|ab)*" * 12 + "c"],
)
def test_hostile_patterns_are_judged_in_bounded_time(text: str) -> None:
    start = time.process_time()

    with suppress(UnreadError):
        judge(text, "python")

    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("text", "dialect", "flags"),
    [
        (r"^(\w+\s?)*$", "javascript", ""),
        (r"^(?<word>[^\]]+,?)*$", "javascript", "u"),
        (r"^[^]*(?:\d+\d+)+$", "javascript", ""),
        (r"^(\p{L}+\s?)*$", "javascript", "u"),
        (r"^(\p{Alpha}+\s?)*$", "java", ""),
        (r"\Q[\E(a+)+\Q]\E", "java", ""),
    ],
)
def test_each_dialect_is_read(text: str, dialect: Dialect, flags: str) -> None:
    verdict = judge(text, dialect, flags=flags)

    assert verdict is not None
    assert verdict.degree == 0


def test_the_steps_that_are_counted_grow_with_the_witness() -> None:
    verdict = judge(r"^(\w+\s?)*$", "python")

    assert verdict is not None
    pattern = read(r"^(\w+\s?)*$", "python")
    states = automaton(pattern, floats=False)
    machine = Machine(pattern, states.alphabet)
    steps = [
        machine.run(tuple(states.alphabet.class_of(each) for each in verdict.text(count)), most=1_000_000).steps
        for count in (5, 10)
    ]
    assert steps[1] > 16 * steps[0]


ATOMS = st.sampled_from(["a", "b", "ab", "[ab]", "[^a]", r"\d", r"\w", r"\s", ".", r"\b", "^", "$", "1", " ", r"\n"])
TIMES = st.sampled_from(["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{,2}", "{2,}?"])


def _grouped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    wrapped = st.builds(
        lambda form, body, other, times: form.format(body, other) + times,
        st.sampled_from(["({})", "(?:{}|{})", "(?:{})", "(?>{})", "({}|{})"]),
        inner,
        inner,
        TIMES,
    )
    looking = st.builds(
        lambda form, body: form.format(body), st.sampled_from(["(?={})", "(?!{})", "(?<=a)", "(?<!b)"]), inner
    )
    return st.lists(st.one_of(wrapped, inner, looking), min_size=1, max_size=3).map("".join)


PLAIN = st.builds(lambda atom, times: atom if atom in ("^", "$", r"\b") else f"(?:{atom}){times}", ATOMS, TIMES)
PATTERNS = st.recursive(PLAIN, _grouped, max_leaves=6)


@settings(max_examples=150, deadline=None)
@given(PATTERNS, st.text("ab1 \n_-", max_size=8), st.sampled_from(["search", "match", "fullmatch"]))
def test_the_machine_matches_what_the_engine_matches(text: str, subject: str, how: str) -> None:
    pattern = read(text, "python")
    states = automaton(pattern, floats=how == "search")
    machine = Machine(pattern, states.alphabet)

    run = machine.run(
        tuple(states.alphabet.class_of(each) for each in subject),
        most=200_000,
        floats=how == "search",
        is_whole=how == "fullmatch",
    )

    found = getattr(re.compile(text), how)(subject)
    assert run.is_cut or run.is_match == (found is not None), (text, subject)
    if found is not None and not run.is_cut:
        assert run.end == found.end()


@settings(max_examples=100, deadline=None)
@given(st.text("ab(|)*+?{}[]^$\\1,-.:=!<>P", max_size=14))
def test_whatever_is_read_ends_in_a_tree_or_a_reason(text: str) -> None:
    refused = ""
    tree = None
    try:
        tree = read(text, "python")
    except UnreadError as error:
        refused = error.detail

    assert (tree is None) is bool(refused)
