"""What is a dump of a schema, and what only looks like one."""

import pytest
from tests.rules.sql.judging import blocking, judged_tree, sight_of

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.sql.dumps import is_dump

HEAD = "SET lock_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\nSET row_security = off;\n"
TABLE = "CREATE TABLE public.users (id bigint NOT NULL);\n"
CLEAN = "DROP INDEX IF EXISTS public.by_id;\nDROP TABLE IF EXISTS public.users;\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("db/structure.sql", HEAD + TABLE),
        ("db/structure.sql", HEAD + CLEAN + TABLE),
        ("deploy/init.sql", "--\n-- PostgreSQL database dump\n--\n" + CLEAN + TABLE),
        (
            "db/schema.sql",
            "-- MySQL dump 10.13  Distrib 8.0\nDROP TABLE IF EXISTS `users`;\nCREATE TABLE `users` (`id` int);\n",
        ),
        (
            "db/animals_structure.sql",
            'CREATE TABLE "a" ("id" integer);\nINSERT INTO "schema_migrations" (version) VALUES\n(\'2\');\n',
        ),
        ("db/schema.sql", TABLE + "INSERT INTO public.schema_migrations (version) VALUES ('1');\n"),
    ],
)
def test_what_a_program_wrote_of_a_schema_is_a_dump(path: str, text: str) -> None:
    assert is_dump(RepoPath(path), text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("db/migrate/V2__all.sql", HEAD + CLEAN + TABLE),
        ("db/migrations/0001_init.sql", HEAD + TABLE),
        ("db/structure.sql", HEAD + "DROP TABLE public.users;\n"),
        ("db/structure.sql", HEAD + TABLE + "DROP TABLE public.users;\n"),
        ("db/structure.sql", HEAD + TABLE + "DELETE FROM public.users;\n"),
        ("db/structure.sql", HEAD + "ALTER TABLE public.users DROP COLUMN email;\n"),
        ("scripts/fix.sql", "CREATE INDEX by_id ON users (id);\n"),
        ("scripts/fix.sql", TABLE + "INSERT INTO public.schema_migrations (version) VALUES ('1');\n"),
    ],
)
def test_what_is_run_or_loses_rows_is_none(path: str, text: str) -> None:
    assert not is_dump(RepoPath(path), text)


def test_coverage_says_what_it_was_taken_for() -> None:
    base, head = {"db/structure.sql": HEAD + TABLE}, {"db/structure.sql": HEAD + CLEAN + TABLE}
    (file,) = sight_of(head, base).coverage.files

    assert not judged_tree(head, base).findings
    assert file.examined
    assert file.language == "schema dump"


def test_a_table_of_a_dump_was_there_before() -> None:
    base = {"db/structure.sql": HEAD + TABLE}
    sql = "CREATE TABLE IF NOT EXISTS users (id bigint);\nDROP TABLE users;\n"
    head = {"db/structure.sql": HEAD + CLEAN + TABLE, "db/V2__next.sql": sql}

    assert blocking(judged_tree(head, base).findings)
