"""Patterns are compared by the texts that they take; of what cannot be read nothing is known."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.landscape.contracts.pattern_inclusion import takes, takes_all_of

PARTS = st.sampled_from(["a", "b", "[ab]", "[^a]", r"\d", "(a|bc)", "(?:ab)", ".", "c"])
TIMES = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,}", "{0,2}", "{0}"])
PATTERNS = st.builds(
    lambda parts, tied: f"{tied[0]}{''.join(parts)}{tied[1]}",
    st.lists(st.builds(lambda part, times: part + times, PARTS, TIMES), min_size=1, max_size=4),
    st.sampled_from([("^", "$"), ("", "$"), ("^", ""), ("", "")]),
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("^[0-9]+(s|m|h)?$", "^[0-9]+(ms|s|m|h|d)?$"),
        ("^[a-z]+$", "^[a-zA-Z]+$"),
        ("^[a-z]{2,5}$", "^[a-z]{1,8}$"),
        (r"^\d{3}-\d{4}$", r"^[0-9-]+$"),
        ("^(red|green)$", "^(green|red|blue)$"),
        ("^ab", "a"),
        ("^[^/]+$", "^[^/]*$"),
        ("^v1$", r"^v\d$"),
        ("^a|b$", "a|b"),
    ],
)
def test_what_takes_more_takes_all_of_the_other(old: str, new: str) -> None:
    assert takes_all_of(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("^[0-9]+(s|m|h)?$", "^[0-9]+(s|m|h)$"),
        ("^[a-z]+$", "^[a-z0-9]{3,}$"),
        ("a", "^a"),
        ("^.*$", "^[a-z]*$"),
        ("^a{0,200}$", "^a*$"),
        (r"^\bword\b$", "^.*$"),
        ("^a(?=b)", "^a"),
        ("^(a", "^a"),
    ],
)
def test_what_takes_less_or_cannot_be_read_does_not(old: str, new: str) -> None:
    assert not takes_all_of(new, old)


def test_a_pattern_made_to_take_long_is_given_up() -> None:
    begun = time.perf_counter()

    takes_all_of("^(((a|b|[c-f]){0,90}){0,90}x)*$", "^(((a|b|[c-g]){0,90}){0,90}x)*$")
    takes_all_of("^(.*a.{9}b|[a-c]*c.{9}d){1,9}$", "^(.*a.{8}b|[a-d]*c.{8}d){1,9}$")

    assert time.perf_counter() - begun < 2


@given(PATTERNS, PATTERNS, st.lists(st.text(alphabet="abc1-", max_size=6), max_size=20))
def test_no_text_of_the_one_is_refused_by_what_takes_all_of_it(old: str, new: str, texts: list[str]) -> None:
    assert takes_all_of(old, old)
    if takes_all_of(new, old):
        assert [text for text in texts if re.search(old, text) and not re.search(new, text)] == []


def test_patterns_that_nobody_writes_are_not_read() -> None:
    letters = "".join(chr(0x4E00 + 2 * number) for number in range(5_000))
    begin = time.perf_counter()

    assert not takes_all_of(f"[{letters}]+", f"[{letters}]*x")
    assert not takes_all_of(f"[{letters[:900]}]+", f"[{letters[:900]}]*x")
    assert takes(f"a{{{'9' * 5_000}}}", "a") is None
    assert time.perf_counter() - begin < 5
