"""The Markdown comment: short enough to post, important things first, and inert."""

import re
from html import unescape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace
from tests.samples.extremes import NASTY, hostile, huge
from tests.samples.packages import quiet, usual

from weighbridge.review.render.markdown import LIMIT, MARKER, render_markdown
from weighbridge.review.render.markdown_text import code, fenced, prose
from weighbridge.review.visible import HIDDEN, one_line

ANY = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("`*_[]()<>#@!|~-+\\ :/&1.aw\n")), max_size=60)


def as_html(markdown: str) -> str:
    return str(MarkdownIt("gfm-like", {"linkify": False}).render(markdown))


def text_of(markdown: str) -> str:
    """What a reader sees: tags gone, entities read."""
    return unescape(re.sub(r"<[^>]*>", "", as_html(markdown))).strip("\n")


def test_a_bot_finds_its_comment_by_the_first_line() -> None:
    assert all(render_markdown(package).startswith(MARKER + "\n") for package in (usual(), quiet(), hostile("x")))


def test_what_matters_stands_above_the_first_fold() -> None:
    above = render_markdown(usual()).partition("<details>")[0]
    for words in ("not satisfied", "Still needed", "Blast radius", "critical", "Not examined", "Ask:"):
        assert words in above
    assert len(above.splitlines()) < 45


def test_how_large_a_change_is_and_whose_is_no_way_to_fail() -> None:
    folds = dict(
        re.findall(r"^<details><summary>(.*?)</summary>\n(.*?)^</details>$", render_markdown(usual()), re.M | re.S)
    )
    risk = usual().presentation.risk

    assert folds["How it could fail"].count("\n- ") == len(risk.scenarios)
    assert all(prose(one.words) in folds["Risk among earlier changes"] for one in risk.contributions)


def test_a_change_without_a_way_to_fail_says_of_none() -> None:
    package = usual()
    plain = replace(package.presentation, risk=replace(package.presentation.risk, scenarios=()))

    assert "How it could fail" not in render_markdown(replace(package, presentation=plain))


def test_a_quiet_change_takes_a_few_lines() -> None:
    assert len(render_markdown(quiet())) < 500


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 900), st.integers(0, 5000), st.sampled_from(NASTY))
def test_the_comment_is_never_too_long_to_post(files: int, symbols: int, text: str) -> None:
    assert len(render_markdown(huge(files=files + 1, symbols=symbols, copies=200))) < LIMIT
    assert len(render_markdown(hostile(text * 40))) < LIMIT


def test_every_fold_that_opens_is_closed_even_when_something_was_left_out() -> None:
    for package in (usual(), huge(), hostile("</details>")):
        written = render_markdown(package)
        opened = len(re.findall(r"^<details>", written, re.MULTILINE))
        assert opened == len(re.findall(r"^</details>$", written, re.MULTILINE)) > 3


def test_what_was_left_out_is_said() -> None:
    assert "left out" in render_markdown(huge())


@settings(max_examples=400)
@given(ANY)
@example("~0`0`")
@example("+`@ `a")
def test_prose_shows_exactly_the_text_and_no_markup(text: str) -> None:
    shown = re.sub(r"`([^`]+)`", r"\1", one_line(text))
    assert text_of("x " + prose(text)).split() == ("x " + shown).split()


@settings(max_examples=400)
@given(ANY)
def test_code_shows_exactly_the_text(text: str) -> None:
    assert text_of("x " + code(text)) == ("x " + one_line(text)).strip()


@given(ANY)
def test_a_fence_holds_whatever_stands_in_it(text: str) -> None:
    assert as_html(fenced(text) + "\n\nafter").endswith("<p>after</p>\n")


@pytest.mark.parametrize(
    "word", ["@octocat", "#12", "org/repo#3", "GH-4", "https://x.example", "www.x.example", "deadbeef", "!5"]
)
def test_a_word_that_a_forge_would_act_on_is_shown_as_code(word: str) -> None:
    assert prose(f"see {word}, now") == f"see `{word}`, now"


@pytest.mark.parametrize(
    "text", ["cost-report", "aws_db_instance.orders", "50 to 10", "it's (really) fine: yes", "+3 -4"]
)
def test_ordinary_words_stay_readable_in_the_source(text: str) -> None:
    assert prose(text) == text


@pytest.mark.parametrize("text", NASTY)
def test_hostile_text_brings_no_markup_of_its_own(text: str) -> None:
    shown = as_html(render_markdown(hostile(text)))
    assert "<script" not in shown
    assert "<a " not in shown
    assert "<img" not in shown
    assert not HIDDEN.search(render_markdown(hostile(text)).replace("\n", ""))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("alone (8e1228432f..c6c96b54e8).", "alone (`8e1228432f..c6c96b54e8`)."),
        ("at services/@shop.py:9: why?", "at `services/@shop.py:9`: why?"),
        ("(@shop)", "(`@shop`)"),
    ],
)
def test_what_only_stands_around_such_a_word_is_no_code(text: str, shown: str) -> None:
    assert prose(text) == shown
