"""A range that is suggested is one that reviews what was weighed, also once its ends have moved on."""

import pytest
from msgspec.structs import replace
from tests.samples.packages import usual

from weighbridge.domain.change import Limitation, LimitationKind
from weighbridge.domain.package import Names, ReviewPackage
from weighbridge.review.again import range_again


def named(text: str, *limitations: Limitation) -> ReviewPackage:
    package = usual()
    decision = replace(package.decision, change=replace(package.decision.change, limitations=limitations))
    return replace(package, decision=decision, presentation=replace(package.presentation, names=Names(range_text=text)))


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("main..fix", "main...fix"),
        ("main..", "main..."),
        ("..fix", "...fix"),
        ("v1.0..release/1.1", "v1.0...release/1.1"),
        ("HEAD~2..HEAD", "HEAD~2...HEAD"),
    ],
)
def test_what_one_side_adds_stays_so_when_the_other_moves_on(text: str, again: str) -> None:
    assert range_again(named(text)) == again


@pytest.mark.parametrize("text", ["main...fix", "fix", "", "0123abcd..fix", f"{'a' * 40}..{'b' * 40}"])
def test_what_is_sure_already_is_left_as_it_was_given(text: str) -> None:
    assert range_again(named(text)) == text


def test_two_sides_that_had_parted_when_they_were_weighed_are_named_as_they_were() -> None:
    parted = Limitation(subject="main..fix", detail="", remedy="", kind=LimitationKind.SELECTION)

    assert range_again(named("main..fix", parted)) == "main..fix"
