"""What the place and the marks of a SQL script say of the tool that runs it."""

import pytest
from tests.unit.landscape.migrated import migration

from weighbridge.domain.system import Dialect
from weighbridge.landscape.sql.migrations import Together

ONE = "CREATE INDEX CONCURRENTLY i ON t (a);\n"
TWO = ONE + "DROP TABLE b;\n"
TOGETHER = [
    ("db/migration/V2__next.sql", ONE, Together.NO),
    ("db/migration/V2__next.sql", TWO, Together.YES),
    ("prisma/migrations/20240102030405_next/migration.sql", ONE, Together.NO),
    ("prisma/migrations/20240102030405_next/migration.sql", TWO, Together.YES),
    ("migrations/000002_next.up.sql", TWO, Together.YES),
    ("migrations/000002_next.up.sql", ONE, Together.UNKNOWN),
    ("migrations/2024-01-02-030405_next/up.sql", ONE, Together.YES),
    ("migrations/2_next.sql", f"-- +goose Up\n{ONE}", Together.YES),
    ("migrations/2_next.sql", f"-- +goose NO TRANSACTION\n-- +goose Up\n{ONE}", Together.NO),
    ("migrations/2_next.sql", f"-- migrate:up transaction:false\n{ONE}", Together.NO),
    ("migrations/2_next.sql", f"-- no-transaction\n{ONE}", Together.NO),
    ("schema.sql", TWO, Together.UNKNOWN),
]


@pytest.mark.parametrize(("path", "text", "together"), TOGETHER)
def test_a_script_is_run_as_its_tool_does(path: str, text: str, together: Together) -> None:
    assert migration(text, path).together is together


def test_change_sets_in_sql_are_committed_for_themselves() -> None:
    text = "--liquibase formatted sql\n--changeset a:1\nDROP TABLE a;\n--rollback SELECT 1;\n--changeset a:2 runInTransaction:false\nDROP TABLE b;\n"

    first, second = migration(text, "db/changelog/2.sql").steps

    assert first.is_uncommitted
    assert not second.is_uncommitted


DIALECTS = [
    ("prisma/migrations/20240102030405_next/migration.sql", {"prisma/migrations/migration_lock.toml": 'provider = "mysql"\n'}, Dialect.MYSQL),
    ("prisma/migrations/20240102030405_next/migration.sql", {"prisma/schema.prisma": 'generator client {\n  provider = "prisma-client-js"\n}\ndatasource db {\n  provider = "sqlite"\n}\n'}, Dialect.SQLITE),
    ("db/migration/mysql/V2__next.sql", {}, Dialect.MYSQL),
    ("db/migration/h2/V2__next.sql", {}, Dialect.OTHER),
    ("db/migration/V2__next.sql", {}, Dialect.POSTGRES),
]  # fmt: skip


@pytest.mark.parametrize(("path", "others", "dialect"), DIALECTS)
def test_the_database_is_told_by_the_tools_settings_or_the_folder(
    path: str, others: dict[str, str], dialect: Dialect
) -> None:
    assert migration("DROP TABLE a;\n", path, others=others).dialect is dialect
