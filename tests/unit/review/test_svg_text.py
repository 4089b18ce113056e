"""Words in pictures are broken at their joints, and lose their middle before they lose an end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.extremes import NASTY

from weighbridge.review.render.svg_text import breadth, fitted
from weighbridge.review.visible import columns, shortened_middle


def test_a_short_name_stays_on_its_line() -> None:
    assert fitted("cost-report", 180, size=14, most=2) == ("cost-report",)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("resources/page/pagemeta", ("resources/page/", "pagemeta")),
        ("AllProvider.GetConfigSection", ("AllProvider.Get", "ConfigSection")),
        ("POST /checkout/confirm", ("POST /checkout/", "confirm")),
    ],
)
def test_a_long_name_is_broken_where_its_parts_meet(name: str, lines: tuple[str, ...]) -> None:
    assert fitted(name, 160, size=14, most=2) == lines


def test_what_does_not_fit_loses_its_middle() -> None:
    first, last = fitted("services/checkout/src/checkout/release_unpaid_orders_of_yesterday.py", 150, size=14, most=2)
    assert first.startswith("services/")
    assert last.endswith("esterday.py")
    assert "…" in first + last


@given(st.text(max_size=300), st.integers(1, 3))
def test_no_line_is_broader_than_the_room_and_none_is_too_many(text: str, most: int) -> None:
    lines = fitted(text, 120, size=12, most=most)
    assert 1 <= len(lines) <= most
    assert all(breadth(line, 12) <= 120 for line in lines)


@pytest.mark.parametrize("text", NASTY)
def test_any_name_has_at_least_one_line_with_words(text: str) -> None:
    assert fitted(text, 120, size=12, most=2)[0]


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=60), st.integers(3, 40))
def test_shortened_in_the_middle_keeps_both_ends(text: str, width: int) -> None:
    short = shortened_middle(text, width)
    assert columns(short) <= width
    if short != text:
        head, _, tail = short.partition("…")
        assert text.startswith(head)
        assert text.endswith(tail)
