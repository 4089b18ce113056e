"""A sentence speaks of a number of a name where both stand near each other."""

import pytest

from weighbridge.landscape.comments.numbers import quotes


@pytest.mark.parametrize(
    ("sentence", "number", "name"),
    [
        ("Retries three times.", 3, "max_retries"),
        ("It is retried 3 times", 3, "retries"),
        ("wait at most 30s for a connection timeout", 30, "timeout"),
        ("keeps 1,000 entries in the cache", 1000, "CACHE_ENTRIES"),
        ("at most four workers", 4, "workerCount"),
    ],
)
def test_it_is_spoken_of(sentence: str, number: float, name: str) -> None:
    assert quotes(sentence, number, of=name)


@pytest.mark.parametrize(
    ("sentence", "number", "name"),
    [
        ("Retries three times.", 5, "max_retries"),
        ("a tuple containing the two components of the version number: major and minor", 2, "minor"),
        ("see RFC 3339 for timeouts", 33, "timeout"),
        ("version 3.5 has no retries", 3, "retries"),
        ("the first of 3", 3, "max_value"),
        ("issue #3 retries", 3, "retries"),
    ],
)
def test_it_is_not(sentence: str, number: float, name: str) -> None:
    assert not quotes(sentence, number, of=name)
