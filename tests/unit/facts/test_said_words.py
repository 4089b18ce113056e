"""Which words a text says, packed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.facts.said_words import packed, that_may_say


def may_say(text: str, *words: str) -> bool:
    return list(that_may_say({"": packed(text)}, words)) == [""]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("OrderLine.where(amount: 1)", "amount"),
        ("find_by_name_and_amount(1)", "amount"),
        ("first_order_line.amount", "order_line"),
        ("amount_changed?", "amount_changed"),
        ("__amount", "_amount"),
        ("größe", "größe"),
        (f"{'_' * 300}amount", "amount"),
    ],
)
def test_a_text_says_its_words_and_what_they_end_with(text: str, word: str) -> None:
    assert may_say(text, word)


@pytest.mark.parametrize("word", ["amoun", "mount", "Amount", "amount_was", "by_name", "find"])
def test_a_text_does_not_say_parts_of_its_words(word: str) -> None:
    assert not may_say("find_by_name_and_amount(1)", word)


@pytest.mark.parametrize("asked", ["", "two words", "a-b", "a" * 129])
def test_what_is_no_word_or_is_too_long_to_be_told_may_be_said_by_any(asked: str) -> None:
    assert may_say("", asked)
    assert may_say("", "amount", asked)


def test_a_text_is_one_of_those_that_may_say_any_of_some_words() -> None:
    texts = {name: packed(name) for name in ("amount", "price", "note")}

    assert list(that_may_say(texts, ("price", "amount"))) == ["amount", "price"]
    assert list(that_may_say(texts, ())) == []


@given(st.text(alphabet="abAB_1é .:\n", max_size=60))
def test_whatever_stands_as_a_word_or_behind_an_underscore_is_said(text: str) -> None:
    for found in re.finditer(r"\w+", text):
        whole = found[0]
        for at in [0, *(each.end() for each in re.finditer("_", whole))]:
            assert not whole[at:] or may_say(text, whole[at:])


@given(st.sets(st.from_regex(r"[a-z]{1,6}", fullmatch=True), max_size=40), st.from_regex(r"[a-z]{1,6}", fullmatch=True))
def test_a_word_is_looked_for_among_whole_words_only(said: set[str], word: str) -> None:
    assert may_say(" ".join(said), word) is (word in said)


def test_a_line_of_underscores_is_packed_in_no_time() -> None:
    assert len(packed("_" * 400_000)) < 1_000
