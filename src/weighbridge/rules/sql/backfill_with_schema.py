"""A migration fills rows in the transaction that changes their table."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Delete, Update
from weighbridge.landscape.sql.batches import is_narrow
from weighbridge.landscape.sql.postgres import Level, locks_of
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import taken_for, weighed

RULE = Rule(
    severity=Severity.HIGH,
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
    """One finding for each statement that writes rows while a lock is held by one before it."""
    sql = case[SqlChange]
    for migration in sql.migrations:
        if migration.dialect is not Dialect.POSTGRES:
            continue
        held: dict[tuple[int, str], int] = {}
        for step in migration.steps:
            act = step.act
            if step.transaction < 0:
                continue
            is_held = isinstance(act, Update | Delete) and (step.transaction, act.table) in held
            if is_held and step.is_added and not sql.is_new(step):
                is_short = (
                    isinstance(act, Update | Delete) and act.where is not None and is_narrow(act.where, step.deed)
                )
                most = Severity.HIGH if step.is_uncommitted and not is_short else Severity.MEDIUM
                yield RULE.finding(
                    f"rows of `{act.table}` are written while line {held[step.transaction, act.table]} keeps it locked"
                    f" against reads and writes: that ends with the transaction{taken_for(step)}",
                    step.place,
                    anchor=step.anchor,
                    severity=weighed(sql, act.table, most=most),
                )
            for lock in locks_of(act):
                if lock.level is Level.ACCESS_EXCLUSIVE:
                    held.setdefault((step.transaction, lock.table), act.line)
