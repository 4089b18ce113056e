"""A check on a terminal breaks its lines between words; for programs each thing it says is one line."""

import pytest
from tests.samples.extremes import NASTY, hostile
from tests.samples.packages import usual

from weighbridge.review.render.checked import render_checked
from weighbridge.review.standing import new_findings
from weighbridge.review.visible import HIDDEN, columns


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_on_a_terminal_no_line_is_wider_and_no_word_is_lost(width: int) -> None:
    told = render_checked(usual().decision, width=width, colour=False)
    wrapped = render_checked(usual().decision, width=width, colour=False, wraps=True)
    assert max(columns(line) for line in wrapped.splitlines()) < width
    assert words(wrapped) == words(told)


def test_for_a_program_a_finding_is_two_lines() -> None:
    decision = usual().decision
    first, second, *_ = render_checked(decision, width=40, colour=False).splitlines()
    assert first.endswith(new_findings(decision)[0].message)
    assert second.startswith("  weighbridge explain ")


def test_colour_is_the_only_difference_that_colour_makes() -> None:
    plain = render_checked(usual().decision, width=80, colour=False, wraps=True)
    painted = render_checked(usual().decision, width=80, colour=True, wraps=True)
    for code in ("\x1b[1;31m", "\x1b[33m", "\x1b[2m", "\x1b[1m", "\x1b[0m"):
        painted = painted.replace(code, "")
    assert painted == plain


@pytest.mark.parametrize("text", NASTY)
def test_nothing_from_a_repository_acts_on_the_terminal(text: str) -> None:
    written = render_checked(hostile(text).decision, width=80, colour=False, wraps=True)
    assert not HIDDEN.search(written.replace("\n", ""))
    assert render_checked(hostile(text).decision, width=80, colour=False, unicode=False, wraps=True).isascii()
