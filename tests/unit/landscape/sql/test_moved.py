"""Migrations that move: what ran under a version is not done anew for where its file lies."""

from collections.abc import Mapping

import pytest
from tests.unit.landscape.held import Held

from weighbridge.domain.change import Blob, Change, ChangeKind, FileChange, FileStatus, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.sql.before import Before
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.tree import Tree

SQL = 'DROP INDEX "public"."by_a";\nCREATE INDEX "by_b" ON "orders"("b");\n'
RAILS = "class Next < ActiveRecord::Migration[7.1]\n  def up\n    drop_table :orders\n  end\nend\n"
ALEMBIC = (
    'from alembic import op\nrevision = "abc"\ndown_revision = None\ndef upgrade():\n    op.drop_table("orders")\n'
)
DJANGO = (
    "from django.db import migrations\nclass Migration(migrations.Migration):\n"
    '    dependencies = []\n    operations = [migrations.RunSQL("DROP TABLE orders")]\n'
)


def moved(old: str, new: str, *, text: str, others: Mapping[str, str] | None = None) -> SqlChange:
    """A change that only moves one file."""
    texts = {**(others or {}), old: text}
    blobs = {
        path: Blob(path=RepoPath(path), oid=_oid(path), mode=Mode.REGULAR, size=len(texts[path])) for path in texts
    }
    head = Blob(path=RepoPath(new), oid=_oid(old), mode=Mode.REGULAR, size=len(text))
    data = {blob.oid: texts[path].encode() for path, blob in blobs.items()}
    none = ObjectId("0" * 40)
    change = Change(
        repository="shop",
        kind=ChangeKind.RANGE,
        range_text="a..b",
        base_tree=none,
        head_tree=none,
        base_commit=None,
        head_commit=None,
        files=(FileChange(status=FileStatus.RENAMED, base=blobs[old], head=head),),
    )
    tree = Tree.of(blobs.values())
    return SqlChange(
        change, ChangedBytes(change, lambda oid, _most: data[oid]), before=Before(tree=lambda: tree), blobs=Held(data)
    )


def _oid(path: str) -> ObjectId:
    return ObjectId(f"{abs(hash(path)):040x}"[-40:])


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("db/migrate/20240101000000_next.rb", "db/migrate/archive/20240101000000_next.rb", RAILS),
        ("db/migrate/archive/20240101000000_next.rb", "db/migrate/20240101000000_next.rb", RAILS),
        ("alembic/versions/abc_next.py", "alembic/versions/2024/abc_next.py", ALEMBIC),
        ("alembic/versions/abc_next.py", "app/migrations/versions/abc_later.py", ALEMBIC),
        ("shop/migrations/0002_next.py", "src/shop/migrations/0002_next.py", DJANGO),
        ("migrations/0005_a.sql", "packages/db/migrations/0005_a.sql", f"-- +goose Up\n{SQL}"),
        ("migrations/0005_a.sql", "migrations/old/0005_a.sql", SQL),
        ("prisma/migrations/20260101000000_a/migration.sql", "db/migrations/20260101000000_a/migration.sql", SQL),
        ("db/V3__a.sql", "db/old/V3__a.sql", SQL),
    ],
)
def test_a_migration_that_moves_under_its_version_does_nothing_anew(old: str, new: str, text: str) -> None:
    change = moved(old, new, text=text)

    assert len(change.migrations) == 1
    assert not list(change.all_steps())
    assert not change.altered


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("a/migrations/0005_a.sql", "b/migrations/0005_a.sql", SQL),
        ("a/migrations/0005_a.sql", "c/migrations/0005_a.sql", SQL),
        ("shop/migrations/0005_a.sql", "shop/migrations/later/0006_a.sql", SQL),
        ("shop/migrations/0002_next.py", "sold/migrations/0002_next.py", DJANGO),
    ],
)
def test_a_migration_that_moves_to_another_series_runs_there(old: str, new: str, text: str) -> None:
    others = {"a/migrations/0004_y.sql": "CREATE TABLE y (id int);\n", "b/migrations/0004_z.sql": "SELECT 1;\n"}

    assert list(moved(old, new, text=text, others=others).all_steps())
