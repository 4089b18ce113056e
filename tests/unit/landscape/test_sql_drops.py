"""What a SQL script drops for good, and what it only undoes."""

import pytest
from weighbridge.landscape.sql_drops import drops_of, undoes, undoing_lines, unread_of

from weighbridge.domain.ids import RepoPath


def dropped(text: str) -> list[str]:
    return [f"{drop.table}.{drop.column}" if drop.column else drop.table for drop in drops_of(text)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("ALTER TABLE a DROP COLUMN b", ["a.b"]),
        ("alter table if exists only s.a drop b restrict", ["a.b"]),
        ("ALTER TABLE a DROP COLUMN b, c", ["a.b", "a.c"]),
        ("ALTER TABLE a DROP (b, c)", ["a.b", "a.c"]),
        ("ALTER TABLE a ADD COLUMN n numeric(10, 2), DROP COLUMN b", ["a.b"]),
        ("ALTER TABLE [dbo].[a] DROP COLUMN [b]\nGO\nALTER TABLE c DROP COLUMN d\nGO", ["a.b", "c.d"]),
        ("DROP TABLE a, s.b CASCADE", ["a", "b"]),
    ],
)
def test_what_is_dropped_is_named(text: str, what: list[str]) -> None:
    assert dropped(text) == what


@pytest.mark.parametrize(
    "text",
    [
        "ALTER TABLE a DROP CONSTRAINT b",
        "ALTER TABLE a ALTER COLUMN b DROP NOT NULL",
        "ALTER TABLE a ALTER b DROP DEFAULT, DROP PARTITION p",
        "CREATE TABLE a (b int); DROP TABLE a",
        "GRANT ALTER ON a TO b",
        "CREATE PROCEDURE p AS DROP TABLE a",
        "SELECT 'DROP TABLE a'",
        "DROP TABLE #a",
    ],
)
def test_what_is_not_dropped_is_let_through(text: str) -> None:
    assert dropped(text) == []


@pytest.mark.parametrize("path", ["m/3_a.down.sql", "m/3/down.sql", "db/U3__a.sql", "revert/a.sql", "m/3_rollback.sql"])
def test_a_file_that_undoes_is_known_by_its_name(path: str) -> None:
    assert undoes(RepoPath(path))


@pytest.mark.parametrize("path", ["m/3_a.up.sql", "m/countdown.sql", "db/Users.sql", "db/V3__a.sql"])
def test_a_file_that_does_is_not_taken_for_one_that_undoes(path: str) -> None:
    assert not undoes(RepoPath(path))


def test_the_undoing_part_ends_where_the_doing_begins_again() -> None:
    assert undoing_lines("-- migrate:down\nA;\n-- migrate:up\nB;\n") == ((1, 2),)


def test_a_statement_put_together_at_run_time_is_unread() -> None:
    (part,) = unread_of("DO $$ BEGIN\n  EXECUTE 'ALTER TABLE ' || t || ' DROP COLUMN c';\nEND $$;")

    assert "put together" in part.why
