"""Changes that were written to get past the SQL rules, beside honest ones that look alike."""

from time import process_time

import pytest
from tests.rules.sql.judging import blocking, judged_tree, sight_of

BASE = {
    "db/schema.sql": (
        "CREATE TABLE users (id bigint PRIMARY KEY, email text, ts timestamptz);\n"
        "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\n"
    )
}
DROP = "DROP TABLE users;\n"


@pytest.mark.parametrize(
    "path",
    [
        "app/tests/migrations/2_next.sql",
        "spec/migrations/2_next.sql",
        "spec/2_next.sql",
        "tests/db/V2__next.sql",
    ],
)
def test_a_migration_is_one_below_a_folder_of_tests_too(path: str) -> None:
    assert blocking(judged_tree({path: DROP}, BASE).findings)


@pytest.mark.parametrize("path", ["tests/fixtures/a.sql", "testing/2_next.sql", "src/test/db/migration/V2__next.sql"])
def test_a_script_among_tests_is_not_judged_and_said_to_be_so(path: str) -> None:
    (missing,) = (file.missing for file in sight_of({path: DROP}, BASE).coverage.files)

    assert not judged_tree({path: DROP}, BASE).findings
    assert missing is not None
    assert "among tests" in missing.detail


@pytest.mark.parametrize("mark", ["-- @undo", "-- down migration", "-- +goose Down", "-- migrate:down", "-- rollback"])
@pytest.mark.parametrize("path", ["db/V2__next.sql", "db/2_next.sql"])
def test_a_mark_that_no_tool_here_reads_takes_nothing_back(mark: str, path: str) -> None:
    assert blocking(judged_tree({path: f"SELECT 1;\n{mark}\n{DROP}"}, BASE).findings)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE IF NOT EXISTS users (id int);\nDROP TABLE users;",
        "CREATE TABLE IF NOT EXISTS users (id int);\nCREATE INDEX by_email ON users (email);",
        "CREATE TEMP TABLE users (id int);\nDROP TABLE public.users;",
        "CREATE TEMP TABLE t (id int);\nDROP TABLE public.t;",
        "CREATE TABLE t (id int);\nDROP TABLE t;\nDROP TABLE t;",
        "BEGIN;\nCREATE TABLE users (id int);\nROLLBACK;\nDROP TABLE users;",
        'CREATE TABLE "x.users" (id int);\nDROP TABLE users;',
        'CREATE TABLE u (id int);\nDROP TABLE U&"\\0075sers";',
        "CREATE TABLE users (id int);\nDROP TABLE users;",
        "SET search_path = tmp;\nCREATE TABLE users (id int);\nSET search_path = public;\nDROP TABLE users;",
        "CREATE TABLE app.users (id int);\nDROP TABLE users;",
        "CREATE TABLE users (id int);\nDROP TABLE app.users;",
        "USE tmp;\nCREATE TABLE `users` (id int) ENGINE=InnoDB;\nUSE shop;\nDROP TABLE `users`;",
        "ALTER TABLE users RENAME TO gone;\nDROP TABLE gone;",
        "DROP TABLE users;\nCREATE VIEW users AS SELECT 1;",
        "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
    ],
)
def test_a_table_that_was_there_is_not_made_by_the_change(sql: str) -> None:
    found = judged_tree({"db/V2__next.sql": sql}, BASE).findings

    assert [each for each in blocking(found) if not each.startswith("sql/rename")]


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE IF NOT EXISTS notes (id int);\nCREATE INDEX by_id ON notes (id);\nALTER TABLE notes ADD CHECK (id > 0);",
        "CREATE TEMP TABLE moved (id bigint) ON COMMIT DROP;\nINSERT INTO moved SELECT id FROM orders;\nDELETE FROM moved;",
        "PRAGMA foreign_keys=OFF;\nCREATE TABLE new (id INTEGER);\nINSERT INTO new SELECT id FROM users;\nDROP TABLE users;\nALTER TABLE new RENAME TO users;",
        "ALTER TABLE users RENAME TO old;\nCREATE TABLE users (id bigint);\nINSERT INTO users SELECT id FROM old;\nDROP TABLE old;",
        "CREATE TABLE public.notes (id int);\nDROP TABLE notes;",
        "CREATE TABLE app.notes (id int);\nCREATE INDEX by_id ON notes (id);\nDROP TABLE notes;",
        "SET search_path = app;\nCREATE TABLE notes (id int);\nRESET search_path;\nDROP TABLE notes;",
        "BEGIN;\nCREATE TABLE notes (id int);\nCOMMIT;\nCREATE INDEX by_id ON notes (id);",
        "CREATE TABLE a (id int);\nALTER TABLE a RENAME TO b;\nCREATE INDEX by_id ON b (id);\nDROP TABLE b;",
    ],
)
def test_what_is_done_to_a_table_that_the_script_makes_holds_nobody_up(sql: str) -> None:
    found = judged_tree({"db/V2__next.sql": sql}, BASE).findings

    assert blocking(found) == []


def test_a_script_that_runs_later_makes_nothing_for_an_earlier_one() -> None:
    index = "CREATE INDEX by_id ON notes (id);\n"
    made = "CREATE TABLE notes (id int);\n"

    assert blocking(judged_tree({"db/V2__a.sql": index, "db/V10__b.sql": made}, BASE).findings)
    assert not blocking(judged_tree({"db/V2__a.sql": made, "db/V10__b.sql": index}, BASE).findings)
    assert not blocking(judged_tree({"m/1_a/up.sql": made, "m/2_b/up.sql": index}, BASE).findings)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE users DROP CONSTRAINT c{};",
        "ALTER TABLE users ALTER COLUMN c{} SET NOT NULL;",
        "ALTER TABLE users ALTER COLUMN c{} TYPE text;",
        "DROP TABLE t{};",
        "ALTER FUNCTION f{}() RENAME TO g{};",
    ],
)
def test_the_time_a_script_takes_grows_with_it_and_no_faster(statement: str) -> None:
    def taken(count: int) -> float:
        sql = "\n".join(statement.replace("{}", str(each)) for each in range(count))
        begun = process_time()
        judged_tree({"db/V2__next.sql": sql}, BASE)
        return process_time() - begun

    taken(10)  # what is read with the first

    assert taken(4_000) < 40 * max(taken(400), 0.05)


@pytest.mark.parametrize(
    "path",
    [
        "migrations/2_next.sql.erb",
        "db/migrate/2_next.sql.j2",
        "migrations/2_next.sql.gz",
        "migrations/2_next.sql.txt",
        "migrations/2_next.inc",
        "migrations/2_next.cql",
        "migrations/2",
        "migrations/2_next",
        "flyway/V2__next",
    ],
)
def test_what_may_be_a_migration_and_is_read_by_nothing_could_not_be_looked_at(path: str) -> None:
    (file,) = sight_of({path: DROP}, BASE).coverage.files

    assert file.missing is not None
    assert file.missing.reason == "unparsed"


@pytest.mark.parametrize(
    "path",
    ["migrations/README.md", "migrations/README", "migrations/notes.txt", "docs/2.sql.txt", "migrations/.gitkeep"],
)
def test_what_nobody_runs_needs_no_look(path: str) -> None:
    (file,) = sight_of({path: DROP}, BASE).coverage.files

    assert file.missing is None or file.missing.reason == "unsupported"


MADE = "CREATE TABLE IF NOT EXISTS notes (id int);\nCREATE INDEX IF NOT EXISTS by_id ON notes (id);\n"


@pytest.mark.parametrize("is_same", [True, False])
def test_a_script_that_is_renumbered_makes_its_table_as_before(*, is_same: bool) -> None:
    base = {**BASE, "migrations/115_notes.up.sql": MADE}
    head = {"migrations/117_notes.up.sql": MADE if is_same else f"{MADE}CREATE INDEX by_two ON notes (id, id);\n"}

    found = judged_tree(head, base, gone=["migrations/115_notes.up.sql"]).findings

    assert blocking(found) == []


def test_a_script_that_runs_once_and_is_altered_makes_its_table_where_it_runs() -> None:
    base = {**BASE, "migrations/115_notes.up.sql": MADE}
    more = "CREATE INDEX more ON notes (id, id);\n"

    assert not blocking(judged_tree({"migrations/115_notes.up.sql": MADE + more}, base).findings)
    assert blocking(judged_tree({"migrations/117_more.up.sql": MADE + more}, base).findings)
    assert blocking(judged_tree({"migrations/115_notes.up.sql": MADE + more}, {**base, "db/V1__a.sql": MADE}).findings)


@pytest.mark.parametrize("path", ["schema.sql", "migrations/R__notes.sql"])
def test_a_script_that_runs_again_finds_the_table_that_it_made(path: str) -> None:
    found = judged_tree({path: f"{MADE}CREATE INDEX more ON notes (id, id);\n"}, {**BASE, path: MADE}).findings

    assert blocking(found)


@pytest.mark.parametrize("new", ["migrations/117_notes.up.sql", "migrations/900_next.up.sql"])
def test_a_script_that_goes_may_have_run_where_rows_would_be_lost(new: str) -> None:
    base = {**BASE, "migrations/115_notes.up.sql": MADE}

    found = judged_tree({new: f"{MADE}DROP TABLE notes;\n"}, base, gone=["migrations/115_notes.up.sql"]).findings

    assert blocking(found)


@pytest.mark.parametrize("condition", ["true", "1=1", "('a' = 'a')", "1 = 1 AND true"])
def test_a_condition_that_every_row_meets_is_none(condition: str) -> None:
    found = judged_tree({"scripts/tidy.sql": f"DELETE FROM users WHERE {condition};\n"}, BASE).findings

    assert blocking(found)


@pytest.mark.parametrize("condition", ["false", "1=0", "0", "1 = 2", "1 <> 1"])
def test_a_condition_that_no_row_meets_writes_nothing(condition: str) -> None:
    found = judged_tree({"scripts/tidy.sql": f"DELETE FROM users WHERE {condition};\n"}, BASE).findings

    assert blocking(found) == []


def test_what_a_client_runs_from_another_file_was_not_looked_at() -> None:
    (file,) = sight_of({"migrations/2_next.sql": "\\. more.sql\n"}, BASE).coverage.files
    (rows,) = sight_of({"migrations/2_next.sql": "COPY users FROM stdin;\n1\ta\n\\.\n"}, BASE).coverage.files

    assert file.missing is not None
    assert rows.missing is None


@pytest.mark.parametrize(
    "emptied",
    ["migrations/2_tidy.sql", "migrations/2_tidy.up.sql"],
)
def test_a_table_that_was_emptied_before_holds_nothing(emptied: str) -> None:
    base = {"migrations/1_a.sql": "CREATE TABLE logs (id int, a int, b int);\n", emptied: "DELETE FROM logs;\n"}

    assert not blocking(judged_tree({"migrations/3_next.sql": "DROP TABLE logs;\n"}, base).findings)


@pytest.mark.parametrize(
    ("path", "sql"),
    [
        ("migrations/2_tidy.sql", "BEGIN;\nDELETE FROM logs;\nROLLBACK;\n"),
        ("migrations/4_tidy.sql", "DELETE FROM logs;\n"),
        ("migrations/2_tidy.down.sql", "DELETE FROM logs;\n"),
    ],
    ids=["and rolled back", "by what runs later", "by what takes back"],
)
def test_a_table_that_is_not_emptied_by_then_is_lost(path: str, sql: str) -> None:
    base = {"migrations/1_a.sql": "CREATE TABLE logs (id int, a int, b int);\n", path: sql}

    assert blocking(judged_tree({"migrations/3_next.sql": "DROP TABLE logs;\n"}, base).findings)


def test_a_script_that_its_tool_passes_over_makes_no_table() -> None:
    base = {"migrations/1_a.sql": "CREATE TABLE logs (id int);\n", "migrations/7_b.sql": "SELECT 1;\n"}
    head = {"migrations/2_again.sql": "CREATE TABLE logs (id int);\n", "migrations/8_next.sql": "DROP TABLE logs;\n"}

    assert blocking(judged_tree(head, base).findings)


def test_a_table_that_was_rebuilt_was_there() -> None:
    rebuilt = "CREATE TABLE new (id INTEGER);\nDROP TABLE users;\nALTER TABLE new RENAME TO users;\n"
    base = {"migrations/1_a.sql": "CREATE TABLE users (id INTEGER);\n", "migrations/2_b.sql": rebuilt}
    again = "CREATE TABLE IF NOT EXISTS users (id INTEGER);\nDROP TABLE users;\n"

    assert blocking(judged_tree({"migrations/3_c.sql": again}, base).findings)
    assert not blocking(
        judged_tree({"migrations/3_c.sql": "CREATE TABLE new (id INTEGER);\nDROP TABLE new;\n"}, base).findings
    )
