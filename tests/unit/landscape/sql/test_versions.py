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
