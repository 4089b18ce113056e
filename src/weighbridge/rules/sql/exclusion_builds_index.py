"""A migration adds an exclusion, whose index is built while nobody may use the table."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AddConstraint, ConstraintKind
from weighbridge.landscape.sql.postgres import Extent, Held, Level
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
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each."""
    sql = case[SqlChange]
    for step in sql.steps(Dialect.POSTGRES):
        act = step.act
        if isinstance(act, AddConstraint) and act.constraint.kind is ConstraintKind.EXCLUSION:
            held = told(sql, step, held=Held(table=act.table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.BUILD))
            yield RULE.finding(held.words, step.place, anchor=step.anchor, severity=held.severity, causes=held.causes)
