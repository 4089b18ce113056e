"""What stands below a condition on the database is read for the databases of which the condition holds."""

import pytest
from tests.unit.landscape.migrated import sql_change

from weighbridge.domain.system import Dialect

PG, MYSQL, SQLITE, OTHER = Dialect.POSTGRES, Dialect.MYSQL, Dialect.SQLITE, Dialect.OTHER
MANIFEST = {"requirements.txt": "psycopg2\n"}


def told(text: str, at: str) -> list[tuple[str, Dialect]]:
    """The tables that a migration does something to, each with the kind of database it is told for."""
    found = sql_change(text, at, others=MANIFEST)
    return sorted((step.act.table, step.migration.dialect) for step in found.all_steps() if step.act.table)


def alembic(body: str, *, above: str = "") -> list[tuple[str, Dialect]]:
    lines = "\n".join(f"    {line}" for line in body.strip("\n").split("\n"))
    text = f"from alembic import op\n\nrevision = 'a'\ndown_revision = None\n{above}\n\ndef upgrade():\n{lines}\n"
    return told(text, "migrations/versions/a.py")


@pytest.mark.parametrize(
    ("condition", "dialect"),
    [
        ('op.get_bind().dialect.name == "mysql"', MYSQL),
        ("context.dialect.name == 'postgresql'", PG),
        ("bind.engine.name in ('mysql', 'mariadb')", MYSQL),
        ('dialect == "sqlite"', SQLITE),
        ("is_mysql", MYSQL),
        ("not is_mysql", PG),
        ("on_mysql()", MYSQL),
        ('dialect.startswith("mysql")', MYSQL),
        ('dialect == "mysql" and has_rows', MYSQL),
        ('not dialect == "mssql"', PG),
        ('dialect == "mssql"', OTHER),
        ('dialect not in ("sqlite", "postgresql")', MYSQL),
        ('dialect == "mysql" or has_rows', PG),
        ('dialect == "firebird"', PG),
        ("dialect == other", PG),
        ('kind == "mysql"', PG),
        ('has_rows and dialect != "postgresql"', PG),
        ('twice == "mysql"', PG),
    ],
)
def test_a_branch_is_for_the_database_that_its_condition_names(condition: str, dialect: Dialect) -> None:
    above = 'def on_mysql():\n    """Whether."""\n    return op.get_bind().dialect.name == "mysql"\n'
    body = f"""
bind = op.get_bind()
dialect = bind.dialect.name
is_mysql = dialect == "mysql"
twice = bind.dialect.name
twice = "mysql"
if {condition}:
    op.execute("DELETE FROM users")
"""

    assert alembic(body, above=above) == [("users", dialect)]


def test_what_is_left_is_for_those_that_no_branch_names() -> None:
    body = """
dialect = op.get_bind().dialect.name
if dialect == "postgresql":
    op.execute("DELETE FROM a")
elif dialect == "mysql":
    op.execute("DELETE FROM b")
else:
    op.execute("DELETE FROM c")
op.execute("DELETE FROM d")
"""

    assert alembic(body) == [("a", PG), ("b", MYSQL), ("c", SQLITE), ("d", PG)]


def test_behind_a_condition_that_leaves_it_is_for_the_others() -> None:
    body = """
dialect = op.get_bind().dialect.name
if dialect != "mysql":
    return
op.execute("DELETE FROM a")
"""

    assert alembic(body) == [("a", MYSQL)]


def test_behind_a_condition_of_which_not_all_is_known_it_may_be_for_any() -> None:
    body = """
dialect = op.get_bind().dialect.name
if dialect == "postgresql" and done:
    return
op.execute("DELETE FROM a")
"""

    assert alembic(body) == [("a", PG)]


def test_what_is_done_in_every_database_is_told_once() -> None:
    body = """
op.execute("CREATE TABLE tags (id bigint)")
if op.get_bind().dialect.name == "mysql":
    op.execute("DELETE FROM users")
op.drop_column("orders", "total")
"""

    assert alembic(body) == [("orders", PG), ("tags", PG), ("users", MYSQL)]


def test_a_function_of_django_goes_on_for_one_database_alone() -> None:
    text = """from django.db import migrations

def fill(apps, schema_editor):
    if schema_editor.connection.vendor != "mysql":
        return
    schema_editor.execute("DELETE FROM users")

class Migration(migrations.Migration):
    operations = [migrations.RunPython(fill)]
"""

    assert told(text, "shop/migrations/0002_fill.py") == [("users", MYSQL)]


def test_branches_of_knex_are_told_apart() -> None:
    text = """exports.up = async function (knex) {
  const client = knex.client.config.client;
  if (client === 'mysql2') {
    await knex.raw('DELETE FROM a');
    return;
  }
  await knex.raw('DELETE FROM b');
  if (client !== 'pg') return;
  await knex.raw('DELETE FROM c');
};
"""

    assert told(text, "migrations/20260101000000_fill.js") == [("a", MYSQL), ("b", PG), ("c", PG)]


@pytest.mark.parametrize(
    ("lines", "dialect"),
    [
        ('if connection.adapter_name == "Mysql2"\n      execute "DELETE FROM a"\n    end', MYSQL),
        ('execute "DELETE FROM a" if connection.adapter_name =~ /mysql/i', MYSQL),
        ('execute "DELETE FROM a" if /sqlite/i.match?(ActiveRecord::Base.connection.adapter_name)', SQLITE),
        ('unless adapter_name == "PostgreSQL"\n      execute "DELETE FROM a"\n    end', PG),
        ('if adapter_name == "Mysql2"\n      x\n    else\n      execute "DELETE FROM a"\n    end', PG),
        ('return unless adapter_name == "PostgreSQL"\n    execute "DELETE FROM a"', PG),
        ('return if adapter_name == "PostgreSQL"\n    execute "DELETE FROM a"', PG),
    ],
)
def test_conditions_of_rails_are_read_where_they_have_no_other_branch(lines: str, dialect: Dialect) -> None:
    text = f"class Fill < ActiveRecord::Migration[7.1]\n  def up\n    {lines}\n  end\nend\n"

    assert told(text, "db/migrate/20260101000000_fill.rb") == [("a", dialect)]


def test_a_condition_that_nobody_writes_so_long_costs_no_more_for_it() -> None:
    spaces = " " * 40_000
    body = f"if x{spaces}(op.get_bind().dialect.name == 'mysql'):\n    op.execute('DELETE FROM a')\n{spaces}{spaces}\n"

    assert alembic(body) == [("a", PG)]
