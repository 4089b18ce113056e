"""Whether a function takes a call is told from its parameters and the arguments as written, as Python itself would."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.facts.extract import extract
from weighbridge.facts.model import OPAQUE, Argument, Parameter
from weighbridge.landscape.arguments import why_rejected


def parameters(signature: str) -> tuple[Parameter, ...]:
    return extract(f"def f({signature}): ...".encode(), "python").definitions[1].parameters


def arguments(*given: str) -> tuple[Argument, ...]:
    return tuple(Argument(name, OPAQUE) for name in given)


@pytest.mark.parametrize(
    ("signature", "given", "why"),
    [
        ("a, b", ("",), "it lacks `b`"),
        ("a", ("", ""), "it passes 2 arguments by position where 1 can be taken"),
        ("a, *, b", ("", ""), "it passes 2 arguments by position where 1 can be taken"),
        ("a", ("b",), "it passes `b`, which is no parameter"),
        ("a, /", ("a",), "it passes `a`, which is no parameter"),
        ("a, *, b, c", ("", "b"), "it lacks `c`"),
    ],
)
def test_a_call_that_does_not_fit_is_told_why(signature: str, given: tuple[str, ...], why: str) -> None:
    assert why_rejected(parameters(signature), arguments(*given)) == why


@pytest.mark.parametrize(
    ("signature", "given"),
    [
        ("a, b=1", ("",)),
        ("*a", ("", "", "")),
        ("**a", ("x", "y")),
        ("a, /, **rest", ("", "a")),
        ("a, b, c", ("*",)),
        ("a, b, c", ("", "**")),
    ],
)
def test_a_call_that_fits_or_may_fit_is_let_through(signature: str, given: tuple[str, ...]) -> None:
    assert why_rejected(parameters(signature), arguments(*given)) == ""


NAMES = ("a", "b", "c", "d")
KINDS = st.sampled_from(["plain", "default", "only", "only-default"])


@given(
    st.lists(KINDS, max_size=4),
    st.integers(min_value=0, max_value=5),
    st.sets(st.sampled_from((*NAMES, "z")), max_size=3),
    st.sampled_from([(), (Parameter("rest", "**"),)]),
)
def test_it_agrees_with_python(kinds: list[str], positional: int, named: set[str], rest: tuple[Parameter, ...]) -> None:
    order = sorted(kinds, key=["plain", "default", "only", "only-default"].index)
    made = []
    for name, kind in zip(NAMES, order, strict=False):
        default = OPAQUE if kind.endswith("default") else None
        made.append(Parameter(name, "keyword-only" if kind.startswith("only") else "positional", default))
    made += rest

    said = why_rejected(made, arguments(*[""] * positional, *sorted(named)))

    # An argument given twice is the one mistake that is left to Python.
    twice = named & {p.name for p in made[:positional] if p.kind == "positional"}
    assert bool(said) == (not _fits(made, positional=positional, named=named)) or bool(twice)


def _fits(made: list[Parameter], *, positional: int, named: set[str]) -> bool:
    kinds = {
        "positional": inspect.Parameter.POSITIONAL_OR_KEYWORD,
        "keyword-only": inspect.Parameter.KEYWORD_ONLY,
        "**": inspect.Parameter.VAR_KEYWORD,
    }
    empty = inspect.Parameter.empty
    of = [inspect.Parameter(p.name, kinds[p.kind], default=empty if p.default is None else 0) for p in made]
    try:
        inspect.Signature(of).bind(*[0] * positional, **dict.fromkeys(named, 0))
    except TypeError:
        return False
    return True
