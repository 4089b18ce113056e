"""What words beside a declaration say."""

import pytest

from weighbridge.landscape.contracts.protobuf.remarks import may_be_one, other_unit, remark_at


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        ("Speed in m/s", "Speed in km/h", ("m/s", "km/h")),
        ("in seconds", "in milliseconds", ("seconds", "milliseconds")),
        ("timeout_s: 30 sec", "30 ms", ("seconds", "milliseconds")),
        ("The price in cents", "The price in euros", ("cents", "whole")),
    ],
)
def test_another_unit_of_the_same_kind_is_found(before: str, after: str, units: tuple[str, str]) -> None:
    assert other_unit(before, after) == units


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("in seconds", "in secs"),
        ("in seconds", "in seconds, not in milliseconds"),
        ("in metres", "in seconds"),
        ("how fast it goes", "in km/h"),
        ("", ""),
    ],
)
def test_words_that_say_no_other_unit_say_nothing(before: str, after: str) -> None:
    assert other_unit(before, after) is None


def test_words_stand_above_and_behind() -> None:
    lines = ["message A {", "  /*", "   * In m/s", "   */", "  uint32 speed = 1; // over ground", "}"]

    assert remark_at(lines, 5) == "In m/s over ground"
    assert remark_at(lines, 6) == ""
    assert remark_at(lines, 9) == ""


def test_names_with_a_word_in_common_may_mean_one_thing() -> None:
    among = ("KIND_NONE", "KIND_CAT", "KIND_BIG_DOG")

    assert may_be_one("KIND_BIG_DOG", "KIND_DOG", among=among)
    assert may_be_one("KIND_CAT", "KIND_CATS", among=among)
    assert may_be_one("STATE_CANCELED", "STATE_CANCELLED", among=("STATE_OPEN", "STATE_CANCELED"))
    assert not may_be_one("KIND_CAT", "KIND_SHIP", among=among)
