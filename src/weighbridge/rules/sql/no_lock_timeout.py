"""A migration waits for a lock as long as it takes, and everybody behind it."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.sql.dialects import Dialect
from weighbridge.landscape.sql.migrations import SqlChange
from weighbridge.landscape.sql.postgres import locks_of

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "lock", "postgresql"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each script, at its first statement that locks a table against reads or writes."""
    for migration in case[SqlChange].migrations:
        if migration.dialect is not Dialect.POSTGRES or not migration.is_migration:
            continue
        for step in migration.steps:
            if not step.is_added or case[SqlChange].is_new(step) or "lock_timeout" in step.parameters:
                continue
            held = next((lock for lock in locks_of(step.act) if lock.level.blocks and lock.table), None)
            if held is not None:
                yield RULE.finding(
                    f"`{held.table}` is locked against {held.level.blocks} once whoever uses it has ended, and until then all who"
                    " come later wait too: no lock_timeout ends that",
                    step.place,
                    anchor=f"{migration.path}",
                )
                break
