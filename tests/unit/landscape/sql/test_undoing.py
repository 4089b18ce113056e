"""What of SQL takes a migration back is told by names and marks."""

import pytest

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.sql.undoing import is_within, undoes, undoing_lines

PLAIN = RepoPath("migrations/3_a.sql")


@pytest.mark.parametrize("path", ["m/3_a.down.sql", "m/3/down.sql", "db/U3__a.sql", "revert/a.sql", "m/3_rollback.sql"])
def test_a_file_that_undoes_is_known_by_its_name(path: str) -> None:
    assert undoes(RepoPath(path))


@pytest.mark.parametrize(
    "path",
    ["m/3_a.up.sql", "m/countdown.sql", "db/Users.sql", "db/V3__a.sql", "db/V3__revert.sql", "db/R__rollback.sql"],
)
def test_a_file_that_does_is_not_taken_for_one_that_undoes(path: str) -> None:
    assert not undoes(RepoPath(path))


def test_the_undoing_part_ends_where_the_doing_begins_again() -> None:
    assert undoing_lines("-- migrate:down\nA;\n-- migrate:up\nB;\n", PLAIN) == ((1, 2),)


def test_the_last_undoing_part_ends_with_the_file() -> None:
    lines = undoing_lines("-- +goose Up\nA;\n-- +goose Down\nB;\nC;", PLAIN)

    assert [is_within(line, lines) for line in (1, 2, 3, 4, 5)] == [False, False, True, True, True]


@pytest.mark.parametrize(
    "path",
    [
        "prisma/migrations/20240101000000_add_cost_breakdown/migration.sql",
        "migrations/005_shut_down.sql",
        "migrations/teardown/migration.sql",
    ],
)
def test_a_name_that_only_ends_like_it_takes_nothing_back(path: str) -> None:
    assert not undoes(RepoPath(path))


@pytest.mark.parametrize(
    "text",
    [
        "-- +goose Up\nA;\n-- +goose Down\nB;\n",
        "/* licence */\n-- a remark\n-- +goose NO TRANSACTION\n--+goose up\nA;\n--+goose down\nB;\n",
        "-- migrate:up transaction:false\nA;\n-- migrate:down\nB;\n",
        "-- +migrate Up\nA;\n-- +migrate Down\nB;\n",
        "-- +micrate Up\nA;\n-- +micrate Down\nB;\n",
        "---- Up  Migration\nA;\n  --down migration\nB;\n",
        "-- // add a column\nA;\n-- //@UNDO\n-- // and away\nB;\n",
        "# --- !Ups\nA;\n# --- !Downs\nB;\n",
    ],
)
def test_marks_count_for_the_tool_that_the_file_begins_as(text: str) -> None:
    lines = text.split("\n")

    ((first, last),) = undoing_lines(text, PLAIN)

    assert lines.index("A;") + 1 < first < lines.index("B;") + 1 < last


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("migrations/3_a.sql", "A;\n-- +goose Down\nB;\n"),
        ("migrations/3_a.sql", "-- a remark\nA;\n-- @undo\nB;\n"),
        ("migrations/3_a.sql", "-- +goose Up\nA;\n-- migrate:down\nB;\n"),
        ("migrations/3_a.sql", "-- +goose Up\nA;\n  -- +goose Down\nB;\n"),
        ("migrations/3_a.sql", "-- migrate:up\nA;\n-- MIGRATE:DOWN\nB;\n"),
        ("migrations/3_a.sql", "-- migrate:up\nA;\n -- migrate:down\nB;\n"),
        ("db/V3__a.sql", "-- +goose Up\nA;\n-- +goose Down\nB;\n"),
        ("prisma/migrations/20240101000000_a/migration.sql", "-- migrate:up\nA;\n-- migrate:down\nB;\n"),
        ("migrations/3_a.up.sql", "-- Up Migration\nA;\n-- Down Migration\nB;\n"),
        ("db/changelog/3.sql", "--liquibase formatted sql\n-- migrate:up\nA;\n-- migrate:down\nB;\n"),
    ],
)
def test_a_mark_of_another_tool_undoes_nothing(path: str, text: str) -> None:
    assert undoing_lines(text, RepoPath(path)) == ()


def test_marks_that_no_script_beside_it_has_are_of_no_tool_that_runs_here() -> None:
    text = "-- +goose Up\nA;\n-- +goose Down\nB;\n"
    marked, plain = (RepoPath("migrations/1_a.sql"), text), (RepoPath("migrations/2_a.sql"), "A;\n")

    assert undoing_lines(text, PLAIN, beside=lambda: [plain, plain]) == ()
    assert undoing_lines(text, PLAIN, beside=lambda: [marked, plain]) != ()


@pytest.mark.parametrize(("other", "is_back"), [("m/3_add.sql", True), ("m/4_add.sql", False), ("n/3_add.sql", False)])
def test_a_name_that_describes_it_so_takes_back_one_of_its_number(other: str, *, is_back: bool) -> None:
    path = RepoPath("m/3_rollback.sql")

    assert undoes(path, lambda: [path, RepoPath(other)]) is is_back
