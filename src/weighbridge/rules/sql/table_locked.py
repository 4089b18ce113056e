"""A migration locks a table outright."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Lock
from weighbridge.landscape.sql.postgres import Extent, Held, level_of
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import told

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "lock",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each table that is locked against writes or more."""
    sql = case[SqlChange]
    for step in sql.steps(Dialect.POSTGRES, Dialect.MYSQL):
        act = step.act
        if isinstance(act, Lock) and (level := level_of(act.mode)).blocks:
            held = told(sql, step, held=Held(table=act.table, level=level, extent=Extent.MOMENT))
            until = "its transaction" if step.migration.dialect is Dialect.POSTGRES else "UNLOCK TABLES or the session"
            yield RULE.finding(
                f"`{act.table}` is locked against {level.blocks} until {until} ends",
                step.place,
                anchor=step.anchor,
                severity=held.severity,
                causes=held.causes,
            )
