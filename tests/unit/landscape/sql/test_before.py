"""What came with a branch that is not merged is in no database, and a migration that goes back is told as little."""

from collections.abc import Mapping

import pytest

from weighbridge.adapters.memory import MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.sql.before import Before
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.tree import Tree

MADE = {"migrations/0002_made.sql": "CREATE TABLE coupons (id bigint, code text);\n"}
OLD = {"migrations/0001_old.sql": "CREATE TABLE orders (id bigint);\n"}
NONE: Mapping[str, str] = {}
NEXT = "ALTER TABLE coupons DROP COLUMN code;\nALTER TABLE orders DROP COLUMN id;\n"
DUMP = (
    'ActiveRecord::Schema[7.1].define(version: 1) do\n  create_table "coupons" do |t|\n    t.text :code\n  end\nend\n'
)


def weigh(
    base: Mapping[str, str],
    head: Mapping[str, str],
    *,
    merged: Mapping[str, str] | None,
    is_put_back: bool = False,
    age: int | None = None,
    gone: Mapping[str, str] = NONE,
) -> SqlChange:
    stays = {path: text for path, text in base.items() if path not in gone}
    repository = MemoryRepository(dict(base), {**stays, **head})
    change = repository.change(ChangeRequest())
    assert change.base_commit is not None, "a change of two trees"
    tree = Tree(repository.entries(repository.tree_of(change.base_commit)))
    there = Tree({path: blob for path, blob in tree.blobs.items() if path in merged}) if merged is not None else None

    def is_back(path: RepoPath, version: ObjectId) -> bool:
        del path, version
        return is_put_back

    def age_of(path: RepoPath) -> int | None:
        del path
        return age

    before = Before(tree=lambda: tree, merged=lambda: there, is_put_back=is_back, age_of=age_of)
    return SqlChange(change, ChangedBytes(change, repository.read), before=before, blobs=repository)


def told(found: SqlChange) -> list[str]:
    return [step.act.table for step in found.steps()]


@pytest.mark.parametrize(
    ("merged", "tables"),
    [
        (OLD, ["orders"]),
        ({**OLD, **MADE}, ["coupons", "orders"]),
        ({**OLD, "other/0002_made.sql": ""}, ["orders"]),
        (None, ["coupons", "orders"]),
    ],
)
def test_a_table_that_came_with_the_branch_is_as_new_as_one_of_the_change(
    merged: Mapping[str, str] | None, tables: list[str]
) -> None:
    found = weigh({**OLD, **MADE}, {"migrations/0003_next.sql": NEXT}, merged=merged)

    assert told(found) == tables


def test_a_table_that_the_schema_of_the_protected_branch_names_was_there() -> None:
    base = {**OLD, **MADE, "db/schema.rb": DUMP}

    found = weigh(base, {"migrations/0003_next.sql": NEXT}, merged={**OLD, "db/schema.rb": DUMP})

    assert told(found) == ["coupons", "orders"]


def test_a_file_of_that_name_elsewhere_may_be_what_was_moved() -> None:
    base = {**OLD, **MADE, "old/0002_made.sql": ""}

    found = weigh(base, {"migrations/0003_next.sql": NEXT}, merged={**OLD, "old/0002_made.sql": ""})

    assert told(found) == ["coupons", "orders"]


@pytest.mark.parametrize(("merged", "is_only_here"), [(OLD, True), ({**OLD, **MADE}, False), (None, False)])
def test_a_migration_of_the_branch_itself_may_be_altered(
    *, merged: Mapping[str, str] | None, is_only_here: bool
) -> None:
    head = {"migrations/0002_made.sql": "CREATE TABLE coupons (id bigint, code text, note text);\n"}

    (found,) = weigh({**OLD, **MADE}, head, merged=merged).altered

    assert found.is_only_here == is_only_here


def test_a_migration_that_says_again_what_it_said_is_known_for_it() -> None:
    head = {"migrations/0002_made.sql": "CREATE TABLE coupons (id bigint);\n"}

    (found,) = weigh({**OLD, **MADE}, head, merged=None, is_put_back=True).altered

    assert found.is_put_back
    assert not found.is_refused


@pytest.mark.parametrize(
    ("age", "base", "why"),
    [
        (4, MADE, "made 4 days before"),
        (15, MADE, ""),
        (None, MADE, ""),
        (4, {"migrations/0002_made.sql": "CREATE TABLE coupons AS SELECT * FROM orders;\n"}, ""),
        (4, {**MADE, "migrations/0002_then.sql": "INSERT INTO coupons SELECT id, code FROM old_coupons;\n"}, ""),
        (4, {"migrations/0002_made.sql": "ALTER TABLE vouchers RENAME TO coupons;\n"}, ""),
        (4, {"migrations/0002_all.sql": "".join(f"CREATE TABLE t{n} (id int);\n" for n in range(12)) + MADE["migrations/0002_made.sql"]}, ""),
    ],
)  # fmt: skip
def test_a_table_is_as_young_as_the_script_that_made_it_where_nothing_was_put_in_it_from_elsewhere(
    age: int | None, base: Mapping[str, str], why: str
) -> None:
    found = weigh({**OLD, **base}, {"migrations/0003_next.sql": NEXT}, merged=None, age=age)

    assert found.likely_small("coupons") == why


def test_a_table_that_the_change_fills_from_another_is_not_young() -> None:
    head = {"migrations/0003_next.sql": "INSERT INTO coupons SELECT id, code FROM old_coupons;\n" + NEXT}

    assert weigh({**OLD, **MADE}, head, merged=None, age=1).likely_small("coupons") == ""


ADDED = {"migrations/0002_added.sql": "ALTER TABLE orders ADD COLUMN note text;\n"}
ON_COLUMN = "ALTER TABLE orders DROP COLUMN note;\nALTER TABLE orders ALTER COLUMN note TYPE int USING note::int;\n"


@pytest.mark.parametrize(
    ("merged", "lines"), [(OLD, [2]), ({**OLD, **ADDED}, [1, 2]), ({**OLD, "other/0002_added.sql": ""}, [2]), (None, [1, 2])]
)  # fmt: skip
def test_a_column_that_came_with_the_branch_is_in_no_database_though_its_table_is_written_anew_for_it(
    merged: Mapping[str, str] | None, lines: list[int]
) -> None:
    found = weigh({**OLD, **ADDED}, {"migrations/0003_next.sql": ON_COLUMN}, merged=merged)

    assert [step.act.line for step in found.steps()] == lines


AGAIN = "ALTER TABLE orders ADD COLUMN note text;\nCREATE INDEX by_id ON orders (id);\n"


@pytest.mark.parametrize(("merged", "lines"), [(OLD, [2]), ({**OLD, **ADDED}, [1, 2])])
def test_what_stood_in_a_script_of_the_branch_that_goes_for_another_is_not_of_this_change(
    merged: Mapping[str, str], lines: list[int]
) -> None:
    found = weigh({**OLD, **ADDED}, {"migrations/0003_again.sql": AGAIN}, merged=merged, gone=ADDED)

    assert [step.act.line for step in found.steps()] == lines


@pytest.mark.parametrize(("age", "lines"), [(400, [3]), (3, [2, 3]), (None, [2, 3])])
def test_what_is_put_in_a_migration_that_ran_long_ago_holds_nobody_up_though_rows_may_be_lost(
    age: int | None, lines: list[int]
) -> None:
    head = {
        "migrations/0001_old.sql": OLD["migrations/0001_old.sql"]
        + "CREATE INDEX by_id ON users (id);\nDELETE FROM users;\n"
    }

    found = weigh(OLD, head, merged=None, age=age)

    assert [step.act.line for step in found.steps()] == lines
    assert [each.path for each in found.altered] == ["migrations/0001_old.sql"]


def test_to_say_which_schema_is_meant_does_nothing_else() -> None:
    base = {"migrations/0001_old.sql": "CREATE TYPE kind AS ENUM ('a');\nALTER TABLE orders ADD COLUMN k kind;\n"}
    head = {
        "migrations/0001_old.sql": "CREATE TYPE app.kind AS ENUM ('a');\nALTER TABLE app.orders ADD COLUMN k app.kind;\n"
    }

    assert not weigh(base, head, merged=None).altered
