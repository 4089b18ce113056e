"""What a script does to many columns of one table is one finding; what code still asks for is told by itself."""

from collections.abc import Mapping

import pytest
from tests.rules.sql.judging import sight_of

from weighbridge.domain.findings import Finding
from weighbridge.domain.places import Side
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import run_rules
from weighbridge.landscape.folding import MOST_ALONE

PATH = "migrations/0002_change.sql"


def told(rule: str, script: str, *, others: Mapping[str, str]) -> list[Finding]:
    rules = [load_rule(place) for place in find_rules() if place.id == f"sql/{rule}"]
    sight = sight_of({**others, PATH: script}, dict(others))
    return list(run_rules(rules, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects).findings)


@pytest.mark.parametrize(
    ("rule", "statement"),
    [
        ("drop-column", "ALTER TABLE orders DROP COLUMN c{};"),
        ("change-type", "ALTER TABLE orders ALTER COLUMN c{} TYPE bigint;"),
        ("drop-not-null", "ALTER TABLE orders ALTER COLUMN c{} DROP NOT NULL;"),
    ],
)
def test_many_columns_of_one_table_are_one_finding(rule: str, statement: str) -> None:
    def found(count: int) -> list[Finding]:
        return told(rule, "\n".join(statement.format(number) for number in range(count)), others={})

    assert len(found(MOST_ALONE)) == MOST_ALONE
    (one,) = found(MOST_ALONE + 3)
    assert f"and the same holds for {MOST_ALONE + 2} more columns of `orders`" in one.message
    assert {f"`c{number}`" in place.message for place, number in zip(one.related, range(1, 9), strict=False)} == {True}


def test_each_column_that_code_asks_for_is_told() -> None:
    reader = {"shop.py": "def all(db):\n    return db.execute('SELECT c1, c2, c3, c4, c5 FROM orders')\n"}
    script = "\n".join(f"ALTER TABLE orders DROP COLUMN c{number};" for number in range(1, 6))

    assert len(told("drop-column", script, others=reader)) == 5
