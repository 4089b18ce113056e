"""What the SQL rules make of migrations that follow others: every dangerous one is stopped, and no safe one."""

import pytest
from tests.rules.sql.after_history import DANGEROUS, HISTORY, SAFE
from tests.rules.sql.judging import blocking, judged_tree

LAYOUTS = (
    ("migrations/0001_all.sql", "migrations/0002_change.sql"),
    ("db/migrations/000001_all.up.sql", "db/migrations/000002_change.up.sql"),
    ("db/migration/V1__all.sql", "db/migration/V2__change.sql"),
)


@pytest.mark.parametrize(("first", "second"), LAYOUTS)
@pytest.mark.parametrize("sql", DANGEROUS)
def test_a_dangerous_migration_is_stopped(sql: str, first: str, second: str) -> None:
    assert blocking(judged_tree({second: f"{sql}\n"}, {first: HISTORY}).findings)


@pytest.mark.parametrize(("first", "second"), LAYOUTS)
@pytest.mark.parametrize("sql", SAFE)
def test_a_safe_migration_is_not_stopped(sql: str, first: str, second: str) -> None:
    assert blocking(judged_tree({second: f"{sql}\n"}, {first: HISTORY}).findings) == []
