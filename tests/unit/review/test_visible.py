"""Nothing hidden reaches a reader, and ordinary text in any script is left alone."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.review.visible import HIDDEN, block, columns, inert, one_line, shortened, shortened_path, wrapped

ANY = st.text(st.characters(codec=None), max_size=80)


def test_every_control_format_and_separator_character_counts_as_hidden() -> None:
    missed = [
        f"U+{code:04X}"
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and not HIDDEN.match(chr(code))
    ]
    assert missed == []


@given(ANY)
def test_no_hidden_character_is_left(text: str) -> None:
    assert not HIDDEN.search(one_line(text))
    assert not HIDDEN.search(block(text).replace("\n", ""))


@given(ANY)
def test_making_visible_twice_changes_nothing_more(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)


@pytest.mark.parametrize(
    "text", ["Grüße", "日本語のコミット", "Ελληνικά", "עברית", "नमस्ते", "e\u0301t\u00e9", "a 😀 b", "-> ok"]
)
def test_ordinary_text_of_any_script_is_left_alone(text: str) -> None:
    assert one_line(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("a\u202eb", "a\\u202eb"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("two\nlines", "two lines"),
    ],
)
def test_what_was_hidden_is_spelled_out(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_a_block_keeps_its_lines_and_indentation() -> None:
    assert block("def f():\r\n\treturn 1\n") == "def f():\n    return 1\n"


@given(ANY, st.integers(1, 60))
def test_shortened_text_fits(text: str, width: int) -> None:
    assert columns(shortened(one_line(text), width)) <= width
    assert columns(shortened_path(one_line(text), width)) <= width


@given(ANY, st.integers(2, 60))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, width: int) -> None:
    shown = one_line(text)
    lines = wrapped(shown, width)
    assert all(columns(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == shown.replace(" ", "")


@pytest.mark.parametrize(
    "line",
    [
        "::stop-commands::x",
        "   ::error file=a::b",
        "##[group]x",
        "a ##vso[task.setvariable x]y",
        "##teamcity[x]",
        "a ##[x]",
    ],
)
def test_no_line_is_a_command_to_a_build_server(line: str) -> None:
    for printed in inert(f"first\n{line}\nlast\n").split("\n"):
        assert not printed.lstrip().startswith("::")
        assert "##vso[" not in printed
        assert "##[" not in printed


@pytest.mark.parametrize(
    "line", ["std::vector x", "a.py:3: C#", "# heading", "## heading", "x ## y", "Foo::bar", ":: ".strip(":")]
)
def test_what_is_no_command_is_printed_as_it_is(line: str) -> None:
    assert inert(f"{line}\n") == f"{line}\n"


def test_a_path_that_is_longer_than_a_line_is_broken_between_its_folders() -> None:
    path = "src/test/java/org/springframework/samples/petclinic/owner/OwnerControllerTests.java"
    assert wrapped(path, 70) == [
        "src/test/java/org/springframework/samples/petclinic/owner/",
        "OwnerControllerTests.java",
    ]
    assert "".join(wrapped(path, 20)) == path
