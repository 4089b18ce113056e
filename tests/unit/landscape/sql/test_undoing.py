"""What of SQL takes a migration back is told by names and marks."""

import pytest

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.sql.undoing import is_within, undoes, undoing_lines


@pytest.mark.parametrize("path", ["m/3_a.down.sql", "m/3/down.sql", "db/U3__a.sql", "revert/a.sql", "m/3_rollback.sql"])
def test_a_file_that_undoes_is_known_by_its_name(path: str) -> None:
    assert undoes(RepoPath(path))


@pytest.mark.parametrize("path", ["m/3_a.up.sql", "m/countdown.sql", "db/Users.sql", "db/V3__a.sql"])
def test_a_file_that_does_is_not_taken_for_one_that_undoes(path: str) -> None:
    assert not undoes(RepoPath(path))


def test_the_undoing_part_ends_where_the_doing_begins_again() -> None:
    assert undoing_lines("-- migrate:down\nA;\n-- migrate:up\nB;\n") == ((1, 2),)


def test_the_last_undoing_part_ends_with_the_file() -> None:
    lines = undoing_lines("-- +goose Up\nA;\n-- +goose Down\nB;\nC;")

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
