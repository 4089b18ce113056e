"""The checks of oasdiff beside what is told here."""

import pytest
from tests.samples.api_descriptions import breaks
from tests.samples.oasdiff_checks import ROWS, WIDENED, Row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.check)
def test_a_check_is_told_at_the_level_it_has(row: Row) -> None:
    found = {each.check: each.level for each in breaks(row.base, row.head)}

    assert found.get(row.check) == (row.level if row.here is None else row.here), found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.check)
def test_a_description_breaks_nothing_of_itself(row: Row) -> None:
    assert breaks(row.base, row.base) == []
    assert breaks(row.head, row.head) == []


def test_most_checks_have_the_level_they_have_there_and_the_others_say_why() -> None:
    others = [row for row in ROWS if row.here is not None]

    assert len({row.check for row in ROWS}) >= 100
    assert len(others) <= 8
    assert all(row.why for row in others)


def test_a_bound_of_answers_is_told_as_what_is_not_sure() -> None:
    widened = [row for row in ROWS if row.why == WIDENED]

    assert not any(each.is_sure for row in widened for each in breaks(row.base, row.head))
