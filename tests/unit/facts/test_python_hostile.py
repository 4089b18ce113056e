"""No bytes make the extractor crash, and what it could not read is noted."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.facts.python_facts import python, steps

from weighbridge.facts.extract import extract
from weighbridge.facts.extractor import ExtractionError
from weighbridge.facts.languages import python as extractor_module
from weighbridge.facts.model import decode, encode

TOKENS = (
    *(
        "def",
        "class",
        "lambda",
        "if",
        "else",
        "for",
        "in",
        "with",
        "as",
        "try",
        "except",
        "match",
        "case",
        "_",
        "x",
        "y",
    ),
    *(
        "yield",
        "await",
        "async",
        "from",
        "import",
        "return",
        "print",
        "exec",
        "global",
        "del",
        "not",
        "and",
        "or",
        "is",
    ),
    *("(", ")", "[", "]", "{", "}", ":", ",", ".", "=", "==", ":=", "*", "**", "@", ";", "->", "#", "\\", "1", "None"),
    *('"', "'", "f'", 'f"', "'''", "{x}", "\n", "\n   ", "\n      ", "\t", "\u00e9", "\udcff"),
)
REAL_FILES = sorted(Path(extractor_module.__file__).parent.glob("_python_*.py"))


def survives(data: bytes) -> None:
    """Extract, store and read back; the one error allowed is the documented one."""
    with contextlib.suppress(ExtractionError):
        facts = extract(data, "python")
        assert decode(encode(facts)) == facts
        assert all(1 <= first <= last <= facts.lines + 1 for first, last in facts.errors)


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(data: bytes) -> None:
    survives(data)


@given(st.lists(st.sampled_from(TOKENS), max_size=40))
def test_any_row_of_tokens_is_survived(tokens: list[str]) -> None:
    survives(" ".join(tokens).encode("utf-8", "surrogateescape"))


@settings(max_examples=150)
@given(st.data())
def test_a_broken_real_file_is_survived(data: st.DataObject) -> None:
    source = data.draw(st.sampled_from(REAL_FILES)).read_bytes()
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, min(len(source), start + 200)))
    survives(source[:start] + data.draw(st.binary(max_size=20)) + source[end:])


@pytest.mark.parametrize(
    "source",
    [
        "(" * 10_000 + ")" * 10_000,
        "(" * 10_000,
        "x = " + "[" * 5_000 + "]" * 5_000,
        "x = " + "-" * 5_000 + "1",
        "x = " + "not " * 5_000 + "y",
        "x = " + "lambda: " * 2_000 + "y",
        "x" + ".y" * 5_000,
        "f" + "()" * 5_000,
        "x" + "[0]" * 5_000,
        "x = " + "f(" * 3_000 + ")" * 3_000,
        "x = " + "1 if y else " * 3_000 + "z",
        "x = " + "y or " * 5_000 + "z",
        "x = " + "y ** " * 5_000 + "z",
        "a = " * 3_000 + "b",
        "(" * 3_000 + "a" + ",)" * 3_000 + " = b",
        "for " + "(" * 3_000 + "a" + ",)" * 3_000 + " in b: pass",
        "\n".join(" " * i + "if x:" for i in range(300)) + " pass",
        "\n".join(" " * i + f"def f{i}():" for i in range(300)) + " pass",
        "if x: pass\n" + "elif y: pass\n" * 3_000,
        "match x:\n case " + "[" * 3_000 + "]" * 3_000 + ": pass",
        "x: " + "a[" * 3_000 + "]" * 3_000,
        "x = " + "f'{" * 200 + "y" + "}'" * 200,
        "from a import " + ", ".join(f"b{i}" for i in range(5_000)),
        "import " + ".".join("a" * 5_000),
        "@" + "a(" * 3_000 + ")" * 3_000 + "\ndef f(): pass",
        "def f(" + ", ".join(f"a{i}" for i in range(3_000)) + "): pass",
        "x = " + "'" * 20_000,
        "\\\n" * 2_000,
    ],
    ids=lambda source: source[:12].replace("\n", " "),
)
def test_deep_and_long_code_is_survived(source: str) -> None:
    survives(source.encode())


@pytest.mark.parametrize("source", ["x = " + "f(" * 500 + ")" * 500, "x" + ".y" * 500, "def f(:\n pass", "x = (1"])
def test_what_was_not_read_is_noted(source: str) -> None:
    assert python(source).errors


def test_redundant_parentheses_are_no_depth() -> None:
    assert steps("x = " + "(" * 10_000 + "f()" + ")" * 10_000) == ["bind x = f()"]


def test_python_2_is_noted_and_still_read() -> None:
    facts = python("import a\nprint 'x', f()\nexec c in d\ndef g(): pass\n")
    assert facts.errors == ((2, 3),)
    assert [d.name for d in facts.definitions] == ["", "g"]


def test_code_around_a_broken_place_is_read() -> None:
    facts = python("def f():\n    a()\n\ndef g(:\n    b()\n\ndef h():\n    c()\n")
    assert facts.errors
    assert {"f", "h"} <= {d.name for d in facts.definitions}
