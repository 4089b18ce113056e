"""Statements that are put together when they run: what of them is written out is read."""

import pytest

from weighbridge.facts.sql.executed import PUT_TOGETHER
from weighbridge.facts.sql.reading import read_deeds


def run(expression: str) -> tuple[list[str], list[str]]:
    """The texts that a block executes, and what of them is not known."""
    found = read_deeds(f"DO $$ BEGIN EXECUTE {expression}; END $$;")
    return [deed.text for deed in found.statements if deed.inside == "executed"], [each.why for each in found.unread]


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("format('DROP TABLE %I', 'a')", "DROP TABLE a"),
        ("'DROP TABLE ' || 'a' || 'b'", "DROP TABLE ab"),
        ("'DROP TABLE ' || quote_ident('a')", "DROP TABLE a"),
        ("format('DROP TABLE %2$I, %1$I', 'a', 'b')", "DROP TABLE b, a"),
    ],
)
def test_what_stands_there_whole_is_known(expression: str, text: str) -> None:
    assert run(expression) == ([text], [])


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("format('DROP TABLE %I.%I CASCADE', s, t)", 'DROP TABLE "s…"."t…" CASCADE'),
        ("'DROP TABLE ' || quote_ident(r.name)", 'DROP TABLE "name…"'),
        ("'ALTER TABLE \"' || t || '\" DROP COLUMN a'", 'ALTER TABLE "t…" DROP COLUMN a'),
        ("format('UPDATE %s SET a = 1', t)", 'UPDATE "t…" SET a = 1'),
        ("'DELETE FROM ' || t || ' WHERE id = $1' USING 3", 'DELETE FROM "t…" WHERE id = $1'),
    ],
)
def test_what_is_put_in_is_a_name_that_is_not_known(expression: str, text: str) -> None:
    assert run(expression) == ([text], [PUT_TOGETHER])


@pytest.mark.parametrize(
    "expression",
    [
        "stmt",
        "stmt || ' x'",
        "'DELETE FROM t ' || condition",
        "'SELECT ' || what || ' FROM t'",
        "CASE WHEN a THEN 'DROP TABLE x' END",
    ],
)
def test_what_says_too_little_is_not_read(expression: str) -> None:
    assert run(expression) == ([], [PUT_TOGETHER])
