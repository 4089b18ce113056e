"""A late pattern answers as the pattern that it becomes."""

import re

import pytest

from weighbridge.domain.late_pattern import LatePattern


def test_it_offers_what_a_pattern_does() -> None:
    late, pattern = LatePattern(r"(\d+)-?", re.IGNORECASE), re.compile(r"(\d+)-?", re.IGNORECASE)
    text = "1-22-333"

    assert late.findall(text) == pattern.findall(text)
    assert [each.span() for each in late.finditer(text, 2)] == [each.span() for each in pattern.finditer(text, 2)]
    assert late.split(text) == pattern.split(text)
    assert late.sub("x", text) == pattern.sub("x", text)
    assert late.match(text, 2) is not None
    assert late.search(text) is not None
    assert late.fullmatch(text) is None


def test_a_broken_pattern_is_told_where_it_is_asked_first() -> None:
    late = LatePattern("(")

    with pytest.raises(re.error, match="missing"):
        late.search("")
    with pytest.raises(AttributeError):
        late.groups  # noqa: B018 - asking is what is tried
