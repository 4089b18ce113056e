"""A migration adds a column whose default differs from row to row."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AddColumn
from weighbridge.landscape.sql.postgres import OLDEST, Extent, Held, Level, is_rewriting
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
    """One finding for each column."""
    sql = case[SqlChange]
    for step in sql.steps(Dialect.POSTGRES):
        act = step.act
        if not isinstance(act, AddColumn) or act.column.generated == "stored":
            continue
        version = step.migration.spoken.version or OLDEST
        if is_rewriting(act.column, version=version):
            held = told(sql, step, held=Held(table=act.table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.REWRITE))
            yield RULE.finding(
                f"each row gets a value of its own for `{act.column.name}`: {held.words}",
                step.place,
                anchor=step.anchor,
                severity=held.severity,
                causes=held.causes,
            )
