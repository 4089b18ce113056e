"""An excuse holds where the protected branch has it over the same code, with a reason and for a while; else it is shown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.change import LineRange
from weighbridge.domain.findings import Confidence, Finding, Severity, Suppression
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.places import Place, Side
from weighbridge.policy.suppressions import covers, judged, stated_suppressions, trusted_among

PATH = RepoPath("app.py")
TODAY = date(2026, 6, 1)
EXCUSE = "# weighbridge: allow sql/injection until 2026-12-31 because the input is a constant"
QUERY = "db.execute(query)"


def stated(text: str) -> Suppression:
    (only,) = stated_suppressions(PATH, text)
    return only


def finding(line: int, *, rule: str = "sql/injection", path: str = PATH, side: Side = Side.HEAD) -> Finding:
    return Finding(
        rule=RuleId(rule),
        message="",
        place=Place(path=RepoPath(path), line=line, end_line=line, side=side),
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        anchor="",
    )


def trusted(text: str, before: str, *added: tuple[int, int]) -> list[bool]:
    ranges = [LineRange(start=start, end=end) for start, end in added]
    found = trusted_among(stated_suppressions(PATH, text), text, trusted=before, added=ranges)
    return [s.is_trusted for s in found]


def test_an_excuse_alone_on_its_line_excuses_the_line_below() -> None:
    place = stated(f"import db\n{EXCUSE}\n{QUERY}\n").place

    assert (place.line, place.end_line) == (2, 3)


def test_an_excuse_behind_code_excuses_that_line_alone() -> None:
    place = stated(f"{QUERY}  {EXCUSE}\n{QUERY}\n").place

    assert (place.line, place.end_line) == (1, 1)


def test_excuses_one_above_the_other_excuse_the_same_line() -> None:
    first, second = stated_suppressions(PATH, f"{EXCUSE}\n{EXCUSE.replace('sql', 'taint')}\n{QUERY}\n")

    assert (first.place.end_line, second.place.end_line) == (3, 3)


def test_an_excuse_on_the_last_line_excuses_nothing_beyond_it() -> None:
    assert stated(EXCUSE).place.end_line == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [("# ", ""), ("// ", ""), ("-- ", ""), ("/* ", " */"), ("<!-- ", " -->"), (" * ", ""), ("; ", ""), ("% ", "")],
)
def test_an_excuse_is_read_in_the_comments_of_any_language(before: str, after: str) -> None:
    found = stated(f"{before}weighbridge: allow sql/injection until 2026-12-31 because it is safe{after}\n{QUERY}")

    assert (found.rule, found.expires, found.reason) == ("sql/injection", "2026-12-31", "it is safe")


@pytest.mark.parametrize(
    "text",
    [
        "print('weighbridge: allow sql/injection until 2026-12-31 because x')",
        "# weighbridge allow sql/injection",
        "# weighbridge: allow everything until 2026-12-31 because x",
        "# weighbridge: allow sql/* until 2026-12-31 because x",
        "# see the weighbridge: it may allow sql/injection",
        "x" * 2000 + EXCUSE,
    ],
)
def test_what_only_looks_like_an_excuse_is_none(text: str) -> None:
    assert stated_suppressions(PATH, text) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("# weighbridge: allow sql/injection until 2026-12-31", "no reason"),
        ("# weighbridge: allow sql/injection until 2026-12-31 because   ", "no reason"),
        ("# weighbridge: allow sql/injection because it is safe", "no expiry"),
        ("# weighbridge: allow sql/injection until soon because it is safe", "no expiry"),
        ("# weighbridge: allow sql/injection until 20261231 because it is safe", "no expiry"),
        ("# weighbridge: allow sql/injection until 2026-02-30 because it is safe", "no expiry"),
        ("# weighbridge: allow sql/injection until 2026-31-12 because it is safe", "2026-31-12 is no day"),
        ("# weighbridge: allow sql/injection until 2026-05-31 because it is safe", "expired on 2026-05-31"),
        ("# weighbridge: allow sql/injection until 9999-12-31 because it is safe", "two years"),
    ],
)
def test_an_excuse_without_all_it_needs_is_not_honoured_even_where_trusted(text: str, problem: str) -> None:
    (marked,) = trusted_among(stated_suppressions(PATH, text), text, trusted=text, added=())

    assert problem in judged(marked, TODAY).problem


def test_an_excuse_holds_on_its_last_day() -> None:
    text = EXCUSE.replace("2026-12-31", TODAY.isoformat())
    (marked,) = trusted_among(stated_suppressions(PATH, text), text, trusted=text, added=())

    assert judged(marked, TODAY).problem == ""


def test_an_excuse_that_the_change_brings_is_not_trusted() -> None:
    text = f"{EXCUSE}\n{QUERY}\n"

    (marked,) = trusted_among(stated_suppressions(PATH, text), text, trusted=f"{QUERY}\n", added=())
    assert "with this change" in judged(marked, TODAY).problem


def test_an_excuse_that_the_protected_branch_has_is_trusted() -> None:
    text = f"{EXCUSE}\n{QUERY}\n"

    assert trusted(text, text) == [True]


def test_an_excuse_that_moves_with_its_code_stays_trusted() -> None:
    before = f"{EXCUSE}\n{QUERY}\n"
    text = f"import os\n\n\nclass New:\n    {EXCUSE}\n    {QUERY}\n"

    assert trusted(text, before, (1, 6)) == [True]


def test_an_excuse_put_over_other_code_is_not_trusted() -> None:
    assert trusted(f"{EXCUSE}\ndb.execute(request.body)\n", f"{EXCUSE}\n{QUERY}\n", (2, 2)) == [False]


def test_a_copied_excuse_is_trusted_where_it_was_and_not_where_it_was_put() -> None:
    before = f"{EXCUSE}\n{QUERY}\n"

    assert trusted(f"{EXCUSE}\n{QUERY}\n\n{EXCUSE}\n{QUERY}\n", before, (1, 3)) == [False, True]


def test_two_copies_that_the_protected_branch_has_are_both_trusted() -> None:
    text = f"{EXCUSE}\n{QUERY}\n" * 2

    assert trusted(text, text) == [True, True]


def test_without_a_protected_branch_nothing_is_trusted() -> None:
    assert trusted(f"{EXCUSE}\n{QUERY}\n", "") == [False]


@pytest.mark.parametrize("line", [1, 2])
def test_an_excuse_covers_a_finding_on_its_own_and_on_the_excused_line(line: int) -> None:
    assert covers(stated(f"{EXCUSE}\n{QUERY}\n"), finding(line))


@pytest.mark.parametrize(
    "other",
    [
        finding(3),
        finding(0),
        finding(2, rule="sql/drop-column"),
        finding(2, path="other.py"),
        finding(2, side=Side.BASE),
    ],
)
def test_an_excuse_covers_nothing_else(other: Finding) -> None:
    assert not covers(stated(f"{EXCUSE}\n{QUERY}\n"), other)


@given(st.text(alphabet=" #*-;wab:\n\x0b\u2028", max_size=200) | st.text(max_size=400))
def test_any_text_is_read_and_every_excuse_lies_within_it(text: str) -> None:
    for suppression in stated_suppressions(PATH, f"{text}\n{EXCUSE}\n{text}"):
        assert 1 <= suppression.place.line <= suppression.place.end_line <= text.count("\n") * 2 + 3


def test_a_hostile_file_of_nothing_but_excuses_is_read_in_reasonable_time() -> None:
    text = f"{EXCUSE}\n" * 20_000

    assert len(trusted(text, text)) == 20_000
