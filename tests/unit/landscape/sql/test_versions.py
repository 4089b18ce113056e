"""Versions of migrations that a change takes away."""

from tests.rules.sql.judging import judged_tree


def _revision(name: str, after: str) -> str:
    return f'from alembic import op\nrevision = "{name}"\ndown_revision = {after}\ndef upgrade():\n    op.execute("SELECT 1")\n'


FIRST, LAST = "alembic/versions/a1_first.py", "alembic/versions/b2_last.py"
TREE = {FIRST: _revision("a1", "None"), LAST: _revision("b2", '"a1"')}


def _told(head: dict[str, str], *gone: str) -> list[str]:
    return [each.message for each in judged_tree(head, TREE, gone=gone).findings if each.rule == "sql/version-taken"]


def test_the_last_revision_is_missed_where_it_ran() -> None:
    (message,) = _told({}, LAST)

    assert message.startswith("revision `b2`, the last one before, is gone")


def test_one_that_goes_by_another_files_name_is_there() -> None:
    assert not _told({"alembic/versions/2026/b2_last.py": TREE[LAST]}, LAST)


def test_older_ones_that_one_takes_the_place_of_are_not_missed() -> None:
    assert not _told({LAST: _revision("b2", "None")}, FIRST)


def test_one_that_another_follows_is_missed_by_whoever_loads_them() -> None:
    third = "alembic/versions/c3_third.py"
    tree = {**TREE, third: _revision("c3", '"b2"')}

    (message,) = [
        each.message for each in judged_tree({}, tree, gone=(LAST,)).findings if each.rule == "sql/version-taken"
    ]

    assert message.startswith("revision `b2` is gone, which `c3_third.py` follows: Alembic finds no way past it")


def test_a_migration_of_rails_that_is_taken_away_again_may_have_run() -> None:
    text = "class A < ActiveRecord::Migration[7.1]\n  def change\n    add_column :orders, :a, :text\n  end\nend\n"
    tree = {"db/migrate/20240101000000_a.rb": text, "db/migrate/20240201000000_b.rb": text}

    found = judged_tree({}, tree, gone=("db/migrate/20240101000000_a.rb",)).findings

    assert [each.rule for each in found if each.rule.startswith("sql/")] == ["sql/applied-migration-changed"]
