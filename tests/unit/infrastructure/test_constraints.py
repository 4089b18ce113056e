"""What a constraint on a version lets in more than before."""

import pytest

from weighbridge.landscape.infrastructure.constraints import lost_pin, turned


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("6.1.0", ">= 5.0"),
        ("~> 5.30", ">= 4.0"),
        ("~> 5.30", ""),
        (">= 4.0, < 6.0", ">= 4.0"),
        ("= 1.2.3", "> 1.0"),
        ("~> 5.0", "!= 5.3.0"),
    ],
)
def test_a_bound_that_goes_is_told_as_open(was: str, now: str) -> None:
    found = turned(was, now)

    assert found is not None
    assert found.is_open


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("~> 5.0", "~> 6.0", ("5", "6")),
        (">= 4, < 5", ">= 4, < 6", ("4", "5")),
        ("6.1.0", "5.9.0", ("6", "5")),
        (">= 4.0", ">= 5.0", ("4", "5")),
        (">= 3.0", "~> 5.0", (">= 3.0", "~> 5.0")),
        ("< 6.5", "< 6", ("6", "5")),
        ("2.0.0-beta.1", "3.0.0", ("2", "3")),
    ],
)
def test_another_newest_major_version_is_told_as_one(was: str, now: str, told: tuple[str, str]) -> None:
    found = turned(was, now)

    assert found is not None
    assert (found.before, found.after, found.is_open) == (*told, False)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("6.1.0", "~> 6.1"),
        ("~> 5.4", ">= 4.0, < 6.0"),
        (">= 5.0", ">= 4.0"),
        (">= 5.0", "~> 5.1"),
        ("", "~> 5.0"),
        (">= 5.0", ""),
        ("${var.version}", ">= 1"),
        ("~> 5.0", "latest"),
    ],
)
def test_the_same_major_versions_or_fewer_are_nothing(was: str, now: str) -> None:
    assert turned(was, now) is None


@pytest.mark.parametrize(("was", "now"), [("v3.2.1", "main"), ("v3.2.1", ""), ("4f1c2d3", "develop")])
def test_a_tag_or_revision_that_goes_is_a_pin_lost(was: str, now: str) -> None:
    assert lost_pin(was, now) is not None


@pytest.mark.parametrize(("was", "now"), [("main", ""), ("v1.0.0", "v2.0.0"), ("main", "next"), ("v1", "abcdef1")])
def test_what_was_no_pin_or_still_is_one_is_nothing(was: str, now: str) -> None:
    assert lost_pin(was, now) is None
