"""What is a dump of a schema, and what only looks like one."""

import pytest
from tests.rules.sql.judging import blocking, judged_tree, sight_of

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.sql.dumps import is_dump

HEAD = "SET lock_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\nSET row_security = off;\n"
TABLE = "CREATE TABLE public.users (id bigint NOT NULL);\n"
CLEAN = "DROP INDEX IF EXISTS public.by_id;\nDROP TABLE IF EXISTS public.users;\n"


OF_OTHERS = (
    "ALTER TABLE public.orders ALTER COLUMN id TYPE bigint;",
    "ALTER TABLE billing.users ALTER COLUMN id TYPE bigint;",
    "CREATE INDEX by_user ON orders (user_id);",
    "ALTER TABLE orders DISABLE ROW LEVEL SECURITY;",
    "DROP POLICY own ON orders;",
    "DROP SCHEMA public CASCADE;",
    "DROP DATABASE shop;",
    "DROP OWNED BY web;",
    "DROP VIEW active CASCADE;",
    "DROP TYPE state CASCADE;",
    "DROP EXTENSION postgis CASCADE;",
    "DROP INDEX public.by_email;",
    "ALTER ROLE web SUPERUSER;",
    "ALTER SYSTEM SET fsync = off;",
    "GRANT ALL ON orders TO PUBLIC;",
    "GRANT pg_read_all_data TO web;",
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC;",
    "ALTER TABLE orders SET UNLOGGED;",
    "REFRESH MATERIALIZED VIEW monthly;",
    "CALL settle();",
)
"""What a hand puts below a dump's head."""

OF_ITS_OWN = (
    "ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);",
    "CREATE INDEX by_id ON public.users USING btree (id);",
    "ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;",
    "CREATE POLICY own ON public.users USING (true);",
    "CREATE TRIGGER told AFTER UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION public.told();",
    "DROP VIEW IF EXISTS public.active;\nCREATE VIEW public.active AS SELECT id FROM public.users;",
    "CREATE MATERIALIZED VIEW public.m AS SELECT 1 AS n WITH NO DATA;\nCREATE INDEX by_n ON public.m USING btree (n);",
    "ALTER TABLE public.users OWNER TO app;\nALTER SEQUENCE public.s OWNED BY public.users.id;",
    "GRANT SELECT ON TABLE public.users TO reader;\nGRANT USAGE ON SCHEMA public TO PUBLIC;",
    "ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA public GRANT SELECT ON TABLES TO reader;",
    "COMMENT ON COLUMN public.users.id IS 'x';\nCOMMENT ON EXTENSION hstore IS 'y';",
    "SELECT pg_catalog.setval('public.s', 1, true);",
    "LOCK TABLES users WRITE;\nINSERT INTO users VALUES (1);\nUNLOCK TABLES;",
)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        *(("db/structure.sql", f"{HEAD}{TABLE}{more}\n") for more in OF_ITS_OWN),
        ("docker-entrypoint-initdb.d/01_all.sql", HEAD + TABLE),
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
        ("db/003_all.sql", HEAD + TABLE),
        ("db/V3_all.sql", HEAD + TABLE),
        *(("db/structure.sql", f"{HEAD}{TABLE}{more}\n") for more in OF_OTHERS),
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
