"""The page of what was read blind is what the verdicts say now."""

from benchmarks.histories import read_histories, read_verdicts
from scripts.write_precision import PAGE, precision_page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == precision_page(read_histories(), list(read_verdicts().values()))


def test_every_verdict_is_of_a_history_that_is_named() -> None:
    named = {each.repository for each in read_histories()}

    assert {each.repository for each in read_verdicts().values()} <= named
