"""A migration locks several tables in one transaction."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.sql.migrations import SqlChange
from weighbridge.landscape.sql.postgres import Level, locks_of

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "lock"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each transaction, at the statement that takes the second table."""
    for migration in case[SqlChange].migrations:
        tables: dict[int, str] = {}
        told: set[int] = set()
        for step in migration.steps:
            if not step.is_uncommitted or case[SqlChange].is_new(step):
                continue
            for lock in locks_of(step.act):
                if lock.level < Level.SHARE or not lock.table:
                    continue
                first = tables.setdefault(step.transaction, lock.table)
                if first != lock.table and step.transaction not in told and step.is_added:
                    told.add(step.transaction)
                    yield RULE.finding(
                        f"`{first}` stays locked while `{lock.table}` is waited for: who uses both the other way round waits"
                        " for ever",
                        step.place,
                        anchor=step.anchor,
                    )
