"""The status page says what was run, and that something was not run."""

from datetime import date
from pathlib import Path

import msgspec
from scripts.write_status import (
    PAGE,
    Claim,
    Result,
    Row,
    RunOfTests,
    page,
    read_claims,
    read_results,
    read_tests,
    take_in,
)

CLAIM = Claim(
    part="Impact", says="It finds", command="make trials", tests=("tests/unit/impact",), results=("mutations",)
)
RESULT = Result(
    name="mutations",
    measured_on="2026-01-02",
    command="make trials",
    machine="2 cores",
    rows=(
        Row(item="recall", figure=0.91, unit="", goal=0.95, more_is_better=True),
        Row(item="first review", figure=31.5, unit="CPU s", goal=40),
        Row(item="files", figure=8800, unit="files"),
    ),
)


def test_the_page_is_the_one_its_sources_make() -> None:
    assert PAGE.read_text("utf-8") == page(read_claims(), read_results(), tests=read_tests())


def test_a_claim_without_a_run_is_not_made() -> None:
    written = page([CLAIM], {}, tests=None)

    assert "| not shown | mutations: not shown |" in written


def test_a_claim_with_runs_shows_their_figures() -> None:
    run = RunOfTests(
        measured_on="2026-01-02", files={"tests/unit/impact/test_paths.py": {"passed": 1200, "failure": 1}}
    )

    written = page([CLAIM], {"mutations": RESULT}, tests=run)

    assert "| 1,200 passed, 1 failure | [mutations](#mutations) |" in written


def test_a_missed_goal_is_said_as_loudly_as_a_reached_one() -> None:
    written = page([], {"mutations": RESULT}, tests=None)

    assert "| recall | 0.91  | >= 0.95  | **missed** |" in written
    assert "| first review | 31.5 CPU s | <= 40 CPU s | reached |" in written
    assert "| files | 8800 files |  | no goal |" in written


def test_single_cases_stand_below_the_figures_each_in_a_line() -> None:
    result = msgspec.structs.replace(RESULT, cases=("one\nof two: <b>", "another"))

    written = page([], {"mutations": result}, tests=None)

    assert "| files | 8800 files |  | no goal |\n\nSingle cases:\n\n- one of two: &lt;b>\n- another\n" in written


def test_what_falls_short_stands_together() -> None:
    claim = Claim(part="Project", says="It runs", command="make test", falls_short=("Windows is not run.",))

    written = page([claim], {"mutations": RESULT}, tests=None)

    told = written.partition("## What falls short")[2].partition("## mutations")[0].split("\n")
    assert [line for line in told if line] == [
        "- Project: Windows is not run.",
        "- [mutations](#mutations): recall, 0.91; the goal is 0.95",
    ]


def test_a_test_run_is_counted_by_file_and_by_rule(tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    junit.write_text(
        '<testsuites><testsuite><testcase classname="tests.unit.test_a" name="x"/>'
        '<testcase classname="tests.unit.test_a.TestB" name="y"><failure message="no"/></testcase>'
        '<testcase classname="tests.unit.test_c" name="z"><skipped/></testcase>'
        '<testcase classname="tests.rules.test_pages" name="test_the_case[sql/drop-column: a name]"/>'
        '<testcase classname="tests.rules.test_pages" name="test_the_page[sql/drop-column]"/></testsuite></testsuites>'
    )

    assert take_in(junit, date(2026, 1, 2)).files == {
        "src/weighbridge/rules/sql/drop_column.md": {"passed": 2},
        "tests/unit/test_a.py": {"failure": 1, "passed": 1},
        "tests/unit/test_c.py": {"skipped": 1},
    }
