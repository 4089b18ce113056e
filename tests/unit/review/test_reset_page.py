"""A reset's progress as blocks and as a page: whole, escaped, and readable without a colour."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from tests.samples.parts import oid

from weighbridge.policy.reset import Reset
from weighbridge.policy.reset_progress import WEEK, Course, Landed, Member, ResetProgress, Step, Week
from weighbridge.review.render.reset_page import render_reset
from weighbridge.review.render.text.blocks import Look, lay_out
from weighbridge.review.render.text.reset import reset_blocks

START = datetime(2026, 3, 2, tzinfo=UTC)
HOSTILE = "<script>x</script>\x1b[2J\u202e & more"


def landed(number: int) -> Landed:
    step = Step(
        commit=oid(number),
        tree=oid(1),
        before=oid(2),
        at=START,
        author=f"{HOSTILE} <secret@example.org>",
        subject=HOSTILE,
    )
    return Landed(step=step, components=(HOSTILE,), course=Course.AROUND)


def progress(*, weeks: int = 4, around: int = 1, members: int = 2) -> ResetProgress:
    return ResetProgress(
        reset=Reset(start=START, end=START + 52 * WEEK, reason=HOSTILE),
        now=START + weeks * WEEK,
        population=tuple(
            Member(name=f"{HOSTILE}{n}", tier=1, is_declared=False, owners=(), open=0, landed=1, is_left=True)
            for n in range(members)
        ),
        landed=tuple(landed(n + 10) for n in range(around)),
        open=(),
        weeks=tuple(
            Week(start=START + n * WEEK, landed=n, decided=0, exceptions=0, around=n // 2, documents=0, left=members)
            for n in range(weeks)
        ),
        documents_asked=3,
    )


def test_hostile_words_act_on_nothing() -> None:
    page = render_reset(progress(), repository=HOSTILE)
    shown = lay_out(reset_blocks(progress()), Look())

    assert "<script" not in page
    assert "\x1b[2J" not in page + shown
    assert "\u202e" not in page + shown
    assert "default-src &#x27;none&#x27;" in page


def test_addresses_of_people_are_left_to_the_repository() -> None:
    assert "secret@example.org" not in render_reset(progress(), repository="shop")
    assert "secret@example.org" not in lay_out(reset_blocks(progress()), Look())


@pytest.mark.parametrize("weeks", [0, 1, 13, 52])
def test_the_picture_has_a_bar_for_each_week_in_which_something_landed(weeks: int) -> None:
    page = render_reset(progress(weeks=weeks), repository="shop")

    outlined = re.findall(r'<rect [^>]*fill="none"', page)
    assert len(outlined) == max(0, weeks - 1)
    assert page.count("<svg") == (weeks > 0)
    heights = [float(h) for h in re.findall(r'<rect [^>]*height="([^"]*)"', page)]
    assert all(0 < height <= 200 for height in heights)


def test_of_many_that_came_around_the_newest_are_shown_and_the_rest_counted() -> None:
    page = render_reset(progress(around=400), repository="shop")
    shown = lay_out(reset_blocks(progress(around=400)), Look())

    assert "and 250 earlier ones" in page
    assert "and 380 earlier ones; --json names all" in shown


def test_a_tier_without_components_says_how_to_declare_one() -> None:
    shown = lay_out(reset_blocks(progress(members=0)), Look())

    assert "declare tiers in .weighbridge/system.yaml" in " ".join(shown.split())


def test_each_phase_has_its_words() -> None:
    at = {START - timedelta(days=1): "it has not begun", START: "day 1 of 364", START + 52 * WEEK: "it is over"}

    for now, words in at.items():
        found = progress()
        shown = lay_out(
            reset_blocks(
                ResetProgress(
                    reset=found.reset, now=now, population=(), landed=(), open=(), weeks=(), documents_asked=3
                )
            ),
            Look(),
        )
        assert words in " ".join(shown.split())
