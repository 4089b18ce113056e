"""Migrations written as code are judged by the rules for SQL, each file in its own roles."""

import importlib
from collections.abc import Mapping

import pytest
from tests.unit.landscape.linked import sight

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RuleId
from weighbridge.domain.outcomes import OutcomeState
from weighbridge.domain.places import Side
from weighbridge.domain.rule import LoadedRule
from weighbridge.engine.run import Judgement, run_rules

FIRST = """
from django.db import migrations, models

class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel("Book", [("id", models.AutoField(primary_key=True)), ("title", models.CharField(max_length=9, null=True))]),
    ]
"""
NEXT = """
from django.db import migrations, models

class Migration(migrations.Migration):
    operations = [
        %s
    ]
"""
DJANGO = "shop/migrations/0002_next.py"
BASE = {"shop/migrations/0001_initial.py": FIRST, "shop/views.py": "def view():\n    return 1\n"}


def judged(rule: str, base: Mapping[str, str], *, head: Mapping[str, str]) -> Judgement:
    module = importlib.import_module(f"weighbridge.rules.sql.{rule}")
    loaded = LoadedRule(id=RuleId(f"sql/{rule}"), rule=module.RULE, check=module.check, read_page=str)
    seen = sight(base, {**base, **head})
    return run_rules([loaded], seen.facts(Side.HEAD), base=seen.facts(Side.BASE), subjects=seen.subjects)


def django(operation: str) -> dict[str, str]:
    return {DJANGO: NEXT % operation, "shop/views.py": "def view():\n    return 2\n"}


CAUGHT = [
    ("index_blocks_writes", 'migrations.AddIndex("book", models.Index(fields=["title"], name="t"))'),
    ("set_not_null", 'migrations.AlterField("book", "title", models.CharField(max_length=9))'),
    ("change_type", 'migrations.AlterField("book", "title", models.CharField(max_length=5, null=True))'),
    ("add_not_null_column", 'migrations.AddField("book", "rank", models.IntegerField())'),
    ("add_not_null_column", 'migrations.AddField("book", "rank", models.IntegerField(default=0))'),
    ("rename_column", 'migrations.RenameField("book", "title", "name")'),
    ("drop_column", 'migrations.RemoveField("book", "title")'),
    ("drop_table", 'migrations.DeleteModel("Book")'),
    ("concurrent_in_transaction", 'AddIndexConcurrently("book", models.Index(fields=["title"], name="t"))'),
    ("write_without_where", 'migrations.RunSQL("UPDATE shop_book SET title = 1")'),
]


@pytest.mark.parametrize(("rule", "operation"), CAUGHT)
def test_what_is_dangerous_is_found_in_the_migration_and_nowhere_else(rule: str, operation: str) -> None:
    found = judged(rule, BASE, head=django(operation))

    assert [(each.place.path, each.place.line) for each in found.findings] == [(DJANGO, 5)]
    assert [(each.subject, each.state) for each in found.outcomes] == [(DJANGO, OutcomeState.FOUND)]


LET_THROUGH = [
    ("index_blocks_writes", 'AddIndexConcurrently("book", models.Index(fields=["title"], name="t"))'),
    ("set_not_null", 'migrations.AlterField("book", "title", models.CharField(max_length=9, null=True, help_text="x"))'),
    ("change_type", 'migrations.AlterField("book", "title", models.CharField(max_length=20, null=True))'),
    ("add_not_null_column", 'migrations.AddField("book", "rank", models.IntegerField(db_default=0))'),
    ("drop_column", "migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('book', 'title')])"),
    ("drop_table", 'migrations.RunPython(migrations.RunPython.noop)'),
    ("write_without_where", 'migrations.RunSQL("SELECT 1", reverse_sql="DELETE FROM shop_book")'),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "operation"), LET_THROUGH)
def test_what_is_safe_is_clear(rule: str, operation: str) -> None:
    found = judged(rule, BASE, head=django(operation))

    assert found.findings == ()
    assert [(each.subject, each.state) for each in found.outcomes] == [(DJANGO, OutcomeState.CLEAR)]


def test_code_that_still_asks_for_a_column_makes_its_end_critical() -> None:
    base = {**BASE, "shop/report.py": 'SQL = "SELECT title FROM shop_book WHERE id = 1"\n'}

    (found,) = judged("drop_column", base, head=django('migrations.RemoveField("book", "title")')).findings

    assert found.severity is Severity.CRITICAL


def test_what_cannot_be_read_is_said_of_the_migration() -> None:
    found = judged("drop_table", BASE, head=django('migrations.RunSQL(f"DROP TABLE {name}")'))

    (outcome,) = found.outcomes
    assert (outcome.subject, outcome.state) == (DJANGO, OutcomeState.COULD_NOT_LOOK)
    assert outcome.missing is not None
    assert outcome.missing.detail == "its SQL is put together when it runs (line 5)"


def test_a_change_of_other_code_reads_no_migration() -> None:
    seen = sight(BASE, {**BASE, "shop/views.py": "def view():\n    return 2\n"})

    assert seen.subjects.besides == {}
    assert "sql" not in seen.__dict__


RAILS = "class Next < ActiveRecord::Migration[7.1]\n  def change\n    %s\n  end\nend\n"
RUBY_BASE = {"db/migrate/1_first.rb": RAILS % "create_table :users do |t|\n      t.string :name, null: false\n    end"}


def test_the_migrations_before_say_what_a_column_was() -> None:
    wider = {"db/migrate/2_next.rb": RAILS % "change_column :users, :name, :text"}
    other = {"db/migrate/2_next.rb": RAILS % "change_column :users, :name, :integer"}

    assert judged("change_type", RUBY_BASE, head=wider).findings == ()
    assert [each.place.line for each in judged("change_type", RUBY_BASE, head=other).findings] == [3]


def test_a_column_that_may_not_be_empty_already_is_not_searched_again() -> None:
    again = {"db/migrate/2_next.rb": RAILS % "change_column :users, :name, :string, null: false"}
    opened = {**RUBY_BASE, "db/migrate/2_next.rb": RAILS % "change_column_null :users, :name, true"}

    assert judged("set_not_null", RUBY_BASE, head=again).findings == ()
    closed = {"db/migrate/3_next.rb": RAILS % "change_column_null :users, :name, false"}
    assert len(judged("set_not_null", opened, head=closed).findings) == 1


def test_a_table_that_the_change_makes_waits_for_nobody() -> None:
    both = {
        "db/migrate/2_a.rb": RAILS % "create_table :teams do |t|\n    end",
        "db/migrate/3_b.rb": RAILS % "add_index :teams, :name",
    }

    assert judged("index_blocks_writes", RUBY_BASE, head=both).findings == ()


def test_a_backfill_in_the_transaction_that_changes_the_table_is_found() -> None:
    code = "add_column :users, :age, :integer\n    User.update_all(age: 1)"

    assert len(judged("backfill_with_schema", RUBY_BASE, head={"db/migrate/2_a.rb": RAILS % code}).findings) == 1


TOGETHER = FIRST.replace("null=True))])", "null=True))], options={'unique_together': {('id', 'title')}})")


@pytest.mark.parametrize(
    ("then", "count"),
    [
        ('migrations.AlterUniqueTogether("book", {("title", "id")})', 0),
        ('migrations.AddConstraint("book", models.UniqueConstraint(fields=["id", "title"], name="one"))', 0),
        ('migrations.RemoveField("book", "title")', 0),
        ('migrations.AlterUniqueTogether("book", {("title",)})', 1),
    ],
)
def test_a_key_that_is_told_elsewhere_or_made_again_is_not_told_to_be_dropped(then: str, count: int) -> None:
    base = {**BASE, "shop/migrations/0001_initial.py": TOGETHER}
    found = judged(
        "drop_constraint", base, head=django(f'migrations.AlterUniqueTogether("book", set()),\n        {then}')
    )

    assert len(found.findings) == count


MODEL = "from django.db import models\n\n\nclass Book(models.Model):\n    @classmethod\n    def add(cls, title):\n        return title\n"


@pytest.mark.parametrize(
    ("call", "severity"), [("Book.add(title=1)", Severity.HIGH), ("Book.objects.filter(title=1)", Severity.CRITICAL)]
)
def test_what_a_models_own_method_is_given_is_no_column(call: str, severity: Severity) -> None:
    code = {
        "shop/models.py": MODEL,
        "shop/use.py": f"from shop.models import Book\n\n\ndef use():\n    return {call}\n",
    }
    found = judged("drop_column", {**BASE, **code}, head=django('migrations.RemoveField("book", "title")'))

    assert [each.severity for each in found.findings] == [severity]
