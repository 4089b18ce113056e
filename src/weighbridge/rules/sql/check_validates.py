"""A migration adds a check that is held against every row at once."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AddColumn, AddConstraint, ConstraintKind
from weighbridge.landscape.sql.column_types import keys_of
from weighbridge.landscape.sql.not_null import is_read_already
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
    """One finding for each check; none where another part of its statement is told of, as one reading of the rows serves all."""
    sql = case[SqlChange]
    for step in sql.steps(Dialect.POSTGRES):
        act = step.act
        if not isinstance(act, AddConstraint | AddColumn) or is_read_already(sql, step):
            continue
        for each in keys_of(act):
            if each.kind in (ConstraintKind.CHECK, ConstraintKind.NOT_NULL) and not each.is_not_valid:
                held = told(sql, step, held=Held(table=act.table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.SCAN))
                yield RULE.finding(
                    held.words, step.place, anchor=step.anchor, severity=held.severity, causes=held.causes
                )
