"""A migration fills rows in the transaction that changes their table."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Delete, Update
from weighbridge.landscape.sql.migrations import SqlChange
from weighbridge.landscape.sql.postgres import Level, locks_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "lock"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement that writes rows while a lock is held by one before it."""
    for migration in case[SqlChange].migrations:
        held: dict[tuple[int, str], int] = {}
        for step in migration.steps:
            act = step.act
            if step.transaction < 0:
                continue
            is_held = isinstance(act, Update | Delete) and (step.transaction, act.table) in held
            if is_held and step.is_added and not case[SqlChange].is_new(step):
                yield RULE.finding(
                    f"rows of `{act.table}` are written while line {held[step.transaction, act.table]} keeps it locked"
                    " against reads and writes: that ends with the transaction",
                    step.place,
                    anchor=step.anchor,
                    severity=Severity.HIGH if step.is_uncommitted else Severity.MEDIUM,
                )
            for lock in locks_of(act):
                if lock.level is Level.ACCESS_EXCLUSIVE:
                    held.setdefault((step.transaction, lock.table), act.line)
