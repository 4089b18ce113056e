"""What a statement overwrites in every row is told beside the lock of the same transaction."""

import pytest
from tests.rules.sql.judging import sight_of

from weighbridge.domain.findings import Severity
from weighbridge.domain.places import Side
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import run_rules

RULES = ("index-blocks-writes", "change-type", "write-without-where", "backfill-with-schema")
BEFORE = {"migrations/0001_users.sql": "CREATE TABLE users (id bigint PRIMARY KEY, name text, age int);"}


def stopping(script: str) -> list[int]:
    rules = [load_rule(place) for place in find_rules() if place.id.removeprefix("sql/") in RULES]
    sight = sight_of({**BEFORE, "migrations/0002_change.sql": script}, BEFORE)
    facts = {side: sight.facts(side) for side in Side}
    found = run_rules(rules, facts[Side.HEAD], base=facts[Side.BASE], subjects=sight.subjects).findings
    return sorted(each.place.line for each in found if each.severity is Severity.HIGH)


@pytest.mark.parametrize(
    "before",
    ["CREATE INDEX i ON users (age);", "ALTER TABLE users ALTER COLUMN age TYPE bigint;\nUPDATE users SET age = 1;"],
    ids=["an index", "a rewrite with another write"],
)
def test_a_column_of_every_row_that_is_overwritten_is_told_beside_a_lock(before: str) -> None:
    last = before.count("\n") + 2

    assert last in stopping(f"{before}\nUPDATE users SET name = '';\n")


def test_a_new_column_that_is_filled_is_one_danger_with_the_lock() -> None:
    script = "CREATE INDEX i ON users (age);\nALTER TABLE users ADD COLUMN nick text;\nUPDATE users SET nick = name;\n"

    assert stopping(script) == [1]


def test_rows_that_are_chosen_are_one_danger_with_the_lock() -> None:
    assert stopping("CREATE INDEX i ON users (age);\nUPDATE users SET name = '' WHERE name IS NULL;\n") == [1]
