"""A migration holds a constraint against every row in the transaction that adds it, or that locks a table before."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AddConstraint, Constraint, ValidateConstraint
from weighbridge.landscape.sql.causes import Causes, cause_of
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.postgres import Extent, Held, Level, locks_of
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import weighed

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
    """One finding for each validation."""
    sql = case[SqlChange]
    for migration in sql.migrations:
        added: dict[tuple[int, str, str], Step] = {}
        for step in migration.steps:
            act = step.act
            if isinstance(act, AddConstraint) and act.constraint.is_not_valid:
                for name in _names(act.constraint):
                    added[step.transaction, act.table, name] = step
            elif isinstance(act, ValidateConstraint) and step.is_added and step.transaction >= 0:
                first = added.get((step.transaction, act.table, act.name))
                if sql.is_new(step):
                    continue
                if first is None and (held := _held(sql, step)):
                    table, at = held
                    yield RULE.finding(
                        f"every row of `{act.table}` is read while line {at} keeps `{table}` locked against reads and writes, until both are"
                        " committed",
                        step.place,
                        anchor=step.anchor,
                        severity=max(
                            weighed(sql, table, most=Severity.HIGH),
                            weighed(sql, act.table, most=Severity.HIGH),
                            key=lambda each: each.rank,
                        ),
                        causes=_read_under(step, Held(table=table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.SCAN)),
                    )
                elif first is not None:
                    most = Severity.HIGH if step.is_uncommitted else Severity.MEDIUM
                    yield RULE.finding(
                        f"every row of `{act.table}` is read while the lock of line {first.act.line} stands, if both are committed"
                        " together",
                        step.place,
                        anchor=step.anchor,
                        severity=weighed(sql, act.table, most=most),
                        causes=_read_under(step, *locks_of(first.act)),
                    )


def _read_under(step: Step, *locks: Held) -> Causes:
    """The locks that stand while the rows are read, each for as long."""
    return tuple(
        cause
        for each in locks
        for cause in cause_of(step, Held(table=each.table, level=each.level, extent=Extent.SCAN))
    )


def _held(sql: SqlChange, step: Step) -> tuple[str, int] | None:
    """A table that was there and stands locked against reads and writes by a statement before in the same transaction, and its line."""
    for (transaction, table), (order, line) in step.migration.locked_whole.items():
        is_before = transaction == step.transaction and order < step.order
        if is_before and table and not sql.is_made_before(step, table):
            return table, line
    return None


def _names(constraint: Constraint) -> tuple[str, ...]:
    """What a validation may call it by: where it has no name, a tool goes by the table or the columns it is about."""
    if constraint.name:
        return (constraint.name,)
    return ((constraint.reference.table,) if constraint.reference is not None else ()) + constraint.columns
