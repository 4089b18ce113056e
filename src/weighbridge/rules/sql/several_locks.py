"""A migration locks several tables in one transaction."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.landscape.sql.names import is_one
from weighbridge.landscape.sql.postgres import Level, locks_of
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "lock",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each transaction, at the statement that takes the second table."""
    sql = case[SqlChange]
    for migration in sql.migrations:
        if migration.dialect is not Dialect.POSTGRES:
            continue
        tables: dict[int, str] = {}
        said: set[int] = set()
        for step in migration.steps:
            if not step.is_uncommitted or sql.is_new(step):
                continue
            for lock in locks_of(step.act):
                if lock.level < Level.SHARE or not lock.table or sql.is_made_before(step, lock.table):
                    continue
                first = tables.setdefault(step.transaction, lock.table)
                if not is_one(first, lock.table) and step.transaction not in said and step.is_added:
                    said.add(step.transaction)
                    yield RULE.finding(
                        f"`{first}` stays locked while `{lock.table}` is waited for: a transaction that locks them in the"
                        " other order deadlocks with this one, and PostgreSQL ends one of the two with an error after"
                        " deadlock_timeout",
                        step.place,
                        anchor=step.anchor,
                    )
