"""A migration lets a column be empty."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import DropColumn, DropNotNull
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column that the script does not also drop."""
    for step in case[SqlChange].steps():
        act = step.act
        if not isinstance(act, DropNotNull):
            continue
        is_dropped = any(
            isinstance(each.act, DropColumn) and each.act.column == act.column
            for each in step.migration.doing(DropColumn)
        )
        if not is_dropped:
            yield RULE.finding(
                f"`{act.column}` of `{act.table}` may be empty from then on: code that reads it has never met that",
                step.place,
                anchor=step.anchor,
            )
