"""Migrations that nobody writes: huge, deep, cut off. Whatever they are, reading them ends, soon, and says what was not read."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.landscape.migrated import migration, sql_change

DJANGO = "from django.db import migrations\nclass Migration(migrations.Migration):\n    operations = [{}]\n"
ALEMBIC = "revision = 'a'\ndef upgrade():\n    op.execute({})\n"
RAILS = "class A < ActiveRecord::Migration[7.0]\n  def change\n    {}\n  end\nend\n"
KNEX = "exports.up = (knex) => {{\n  {}\n}};\n"
LOG = "<databaseChangeLog><changeSet>{}</changeSet></databaseChangeLog>"
TYPES = "class A implements MigrationInterface {{ async up(queryRunner) {{ {} }} }}"
PLACES = {
    "a/migrations/0001_a.py": DJANGO,
    "versions/a.py": ALEMBIC,
    "db/migrate/1_a.rb": RAILS,
    "migrations/a.js": KNEX,
    "migrations/a.ts": TYPES,
    "changelog/a.xml": LOG,
}
MANY = 4_000
DEEP = [
    "(" * MANY, "[" * MANY, "{" * MANY, "f(" * MANY, "lambda: " * MANY, "not " * MANY, "a.b" * MANY, ".a()" * MANY, "a " * MANY,
    "-> " * MANY, "x => " * MANY, "if a " * MANY, "if (a) " * MANY, "else " * MANY, "...".join("a" * 9) * MANY, "`${" * MANY, "#{" * MANY,
    '"#{' * MANY, "'" * (MANY + 1), '"""' * 3_999, "<<~A\n" * MANY, "%w[" * MANY, "/" * MANY, "<a>" * MANY, "<a " * MANY, "&#" * MANY,
    "def a\n" * MANY, "do |x|\n" * MANY, "begin\n" * MANY, "a = " * MANY, "a, " * MANY, "a ? b : " * MANY, "a + " * MANY, "\\\n" * MANY,
    "class A\n" * MANY, "() => " * MANY, "async " * MANY, "a[" * MANY, "a?.b" * MANY, "f'{" * MANY, ": " * MANY, "\0" * MANY, "{% x %}" * MANY,
]  # fmt: skip


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("text", DEEP, ids=lambda text: repr(text[:9]))
def test_what_nobody_writes_is_read_to_its_end_in_little_time(path: str, text: str) -> None:
    began = time.process_time()

    for each in sql_change(PLACES[path].replace("{{", "{").replace("}}", "}").replace("{}", text), path).migrations:
        assert each.steps is not None

    assert time.process_time() - began < 5


@pytest.mark.parametrize("path", ["a/migrations/0001_a.py", "versions/a.py", "db/migrate/1_a.rb", "migrations/a.js"])
def test_what_is_nested_too_deep_is_said_not_to_be_read(path: str) -> None:
    text = PLACES[path].replace("{{", "{").replace("}}", "}").replace("{}", "f(" * 200 + ")" * 200)

    found = migration(text, path)

    assert found.missing is not None
    assert "nested too deep" in found.missing.detail


def test_entities_of_xml_are_not_filled_in() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]>' + LOG.replace("{}", "<sql>DROP TABLE a -- &c;</sql>")

    assert [deed.text for deed in migration(bomb, "changelog/a.xml").deeds] == ["DROP TABLE a"]


def test_aliases_of_yaml_end() -> None:
    layers = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    text = f"a0: &a0 [x]\n{layers}databaseChangeLog:\n  - changeSet: {{changes: *a8}}\n"

    assert migration(text, "changelog/a.yaml").missing is not None


PARTS = st.sampled_from(
    ["def ", "class ", "end\n", "do |x|\n", "{", "}", "(", ")", "[", "]", '"', "'", "`", "\n", "    ", "a", ".b", ", ", ": ", " = ", "=> ",
     "op.add_column(", "add_column :a, ", "migrations.RunSQL(", "knex.schema.table(", "<sql>", "</sql>", "<<~SQL\n", "#{", "${", "f'", "\\", "#", "//",
     "/*", "if ", "else", "for ", "return ", "lambda", "async ", "|", "%w[", "é", "\0", "1", "-", "+", "*", "**", "...", "?", "!", ";"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(path=st.sampled_from(sorted(PLACES)), parts=st.lists(PARTS, max_size=60))
def test_any_pieces_are_read_without_an_error(path: str, parts: list[str]) -> None:
    text = PLACES[path].replace("{{", "{").replace("}}", "}").replace("{}", "".join(parts))

    assert all(isinstance(each.steps, tuple) for each in sql_change(text, path).migrations)


TOGETHER = [
    "def g(x):\n    return ';'.join([g(x), g(x), g(x), g(x)])\n" + DJANGO.format("migrations.RunSQL(g(g(g(g('a')))))"),
    "def g(x):\n    return h(x)\ndef h(x):\n    return g(x)\n" + DJANGO.format("migrations.RunSQL(g('a'))"),
    "def g(a, b):\n    return f'{a}'\ndef h(x):\n    return g(g(x, x), g(x, x))\n"
    + DJANGO.format("migrations.RunSQL(h(h('a'))), " * MANY),
    f"A = [{'1, ' * 49}]\n"
    + DJANGO.format("migrations.RunSQL(f'DROP TABLE {a}{b}{c}') for a in A for b in A for c in A"),
]


@pytest.mark.parametrize("text", TOGETHER, ids=["itself", "each other", "many", "loops"])
def test_functions_and_loops_that_put_texts_together_are_followed_a_little(text: str) -> None:
    began = time.process_time()

    assert migration(text, "a/migrations/0001_a.py").missing is not None
    assert time.process_time() - began < 5
