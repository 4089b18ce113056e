"""What holds on one day alone is said in every rendering, and is no part of the decision."""

from msgspec.structs import replace
from tests.samples.packages import usual

from weighbridge.domain.package import ReviewPackage
from weighbridge.review.canonical import decision_digest
from weighbridge.review.render.html import render_html
from weighbridge.review.render.json import render_json
from weighbridge.review.render.markdown import render_markdown
from weighbridge.review.render.terminal import Terminal, render_terminal

WORDS = "a reset of tier 1 is on until 2026-06-02 12:00 UTC, day 11 of 90"


def package() -> ReviewPackage:
    plain = usual()
    return replace(plain, presentation=replace(plain.presentation, in_force=(WORDS,)))


def test_the_terminal_says_it_on_one_line() -> None:
    shown = render_terminal(package(), {}, terminal=Terminal(width=100))

    assert f"In force      {WORDS}\n" in shown


def test_the_page_and_the_comment_say_it() -> None:
    assert WORDS in render_html(package())
    assert f"> **In force:** {WORDS}" in render_markdown(package())
    assert WORDS in render_json(package())


def test_hostile_words_act_on_nothing() -> None:
    hostile = replace(package().presentation, in_force=("<script>alert(1)</script> @everyone \x1b[2J",))
    given = replace(package(), presentation=hostile)

    assert "<script" not in render_html(given)
    assert "@everyone" not in render_markdown(given).replace("`@everyone`", "")
    assert "\x1b[2J" not in render_terminal(given, {}, terminal=Terminal())


def test_it_is_no_part_of_the_decision() -> None:
    assert decision_digest(package().decision) == decision_digest(usual().decision)
