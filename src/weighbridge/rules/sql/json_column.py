"""A migration adds a column of type json."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AddColumn
from weighbridge.landscape.sql.dialects import Dialect
from weighbridge.landscape.sql.migrations import SqlChange

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "schema", "postgresql"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        if isinstance(act, AddColumn) and act.column.type.name == "json":
            yield RULE.finding(
                f"`{act.column.name}` is json, which knows no equality: SELECT DISTINCT, UNION and GROUP BY over it fail; jsonb does",
                step.place,
                anchor=step.anchor,
            )
