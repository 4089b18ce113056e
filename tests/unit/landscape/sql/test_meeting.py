"""Of the scripts of one change, those alone come before a step that a runner may run against the same database."""

from collections.abc import Mapping

import pytest

from weighbridge.adapters.memory import MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import DropColumn
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.sql.before import Before
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.tree import Tree

OLD = {"db/1_made.up.sql": "CREATE TABLE orders (id bigint, note json);\n"}
ANEW = "ALTER TABLE orders DROP COLUMN note;\nALTER TABLE orders ADD COLUMN note text;\n"
MYSQL = {"db/2_null.mysql.up.sql": "ALTER TABLE orders MODIFY COLUMN note json NULL;\n"}


def change(head: Mapping[str, str], base: Mapping[str, str] = OLD) -> SqlChange:
    repository = MemoryRepository(dict(base), {**base, **head})
    found = repository.change(ChangeRequest())
    tree = Tree(repository.entries(found.base_tree))
    contents = ChangedBytes(found, repository.read)
    return SqlChange(found, contents, before=Before(tree=lambda: tree), blobs=repository)


def type_of_note(found: SqlChange) -> str:
    """What the column is of which the step is, when that comes."""
    step = next(each for each in found.all_steps() if each.migration.path in MYSQL)
    was = found.type_before(step, "orders", column="note")
    return was.name if was is not None else ""


@pytest.mark.parametrize(
    ("others", "was"),
    [
        ({"db/2_null.sqlite.up.sql": ANEW}, "json"),
        ({"db/1_other.sqlite.up.sql": ANEW, "db/1_other.mysql.up.sql": "SELECT 1;\n"}, "json"),
        ({"db/1_other.mysql.up.sql": ANEW, "db/1_other.up.sql": "SELECT 1;\n"}, "text"),
        ({"db/1_other.up.sql": ANEW}, "text"),
        ({"ci/all_dump.sql": "CREATE TABLE orders (id bigint, note text);\n"}, "json"),
    ],
)
def test_a_column_has_the_type_that_it_was_given_in_the_same_database(others: Mapping[str, str], was: str) -> None:
    assert type_of_note(change({**MYSQL, "db/2_null.postgres.up.sql": "SELECT 1;\n", **others})) == was


def test_a_table_that_is_made_for_another_database_was_not_made_for_this_one() -> None:
    head = {
        "db/2_tags.sqlite.up.sql": "CREATE TABLE tags (id bigint);\n",
        "db/2_tags.mysql.up.sql": "SELECT 1;\n",
        "db/3_tags.mysql.up.sql": "ALTER TABLE tags DROP COLUMN id;\n",
        "db/3_tags.sqlite.up.sql": "ALTER TABLE tags DROP COLUMN id;\n",
    }

    assert [each.migration.dialect for each in change(head).steps() if isinstance(each.act, DropColumn)] == [
        Dialect.MYSQL
    ]


@pytest.mark.parametrize(
    ("path", "dialect"),
    [
        ("db/cockroach/2.sql", Dialect.OTHER),
        ("db/cockroach_dump.sql", Dialect.OTHER),
        ("db/cockroach.sql", Dialect.OTHER),
        ("db/oracle/2.sql", Dialect.POSTGRES),
        ("db/postgres/cockroach/2.sql", Dialect.POSTGRES),
    ],
)
def test_the_words_of_postgresql_are_those_of_cockroachdb_too(path: str, dialect: Dialect) -> None:
    found = change({path: "ALTER TABLE orders ADD COLUMN ref uuid;\n"})

    assert [each.dialect for each in found.migrations] == [dialect]
