"""What the SQL rules together make of whole migrations: every dangerous one is stopped, and no safe one."""

import pytest
from tests.rules.sql import examined
from tests.rules.sql.judging import MIGRATIONS, blocking, judged
from tests.rules.sql.migrations import (
    DANGEROUS,
    MYSQL_DANGEROUS,
    MYSQL_SAFE,
    SAFE,
    SQLITE_DANGEROUS,
    SQLITE_SAFE,
)

MYSQL, SQLITE = "db/mysql/migrations/0009_change.sql", "db/sqlite/migrations/0009_change.sql"
STOPPED = [
    *((MIGRATIONS, sql) for sql in (*DANGEROUS, *examined.DANGEROUS)),
    *((MYSQL, sql) for sql in MYSQL_DANGEROUS),
    *((SQLITE, sql) for sql in SQLITE_DANGEROUS),
]
PASSED = [
    *((MIGRATIONS, sql) for sql in (*SAFE, *examined.SAFE)),
    *((MYSQL, sql) for sql in MYSQL_SAFE),
    *((SQLITE, sql) for sql in SQLITE_SAFE),
]


@pytest.mark.parametrize(("path", "sql"), STOPPED)
def test_a_dangerous_migration_is_stopped(path: str, sql: str) -> None:
    assert blocking(judged(sql, path).findings)


@pytest.mark.parametrize(("path", "sql"), PASSED)
def test_a_safe_migration_is_not_stopped(path: str, sql: str) -> None:
    assert blocking(judged(sql, path).findings) == []


@pytest.mark.parametrize(("path", "sql"), [*STOPPED, *PASSED])
def test_every_migration_is_read_whole(path: str, sql: str) -> None:
    assert [outcome.missing for outcome in judged(sql, path).outcomes if outcome.missing] == []


@pytest.mark.parametrize(
    "sql",
    [
        "DO $$ BEGIN EXECUTE statement_for('a'); END $$;",
        "FROBNICATE users;",
        "ALTER TABLE {{ users }} DROP COLUMN name;",
        "\\i other.sql",
        "INSERT INTO notes VALUES ('never ends);",
    ],
)
def test_what_cannot_be_read_is_clear_by_no_rule_and_the_rest_is_judged(sql: str) -> None:
    found = judged(f"DROP TABLE users;\n{sql}")

    assert [finding.place.line for finding in found.findings if finding.rule == "sql/drop-table"] == [1]
    assert {outcome.state for outcome in found.outcomes if outcome.subject} <= {"found", "could-not-look"}
    assert {outcome.missing.reason for outcome in found.outcomes if outcome.missing} == {"unparsed"}
