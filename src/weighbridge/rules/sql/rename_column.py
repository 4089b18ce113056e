"""A migration renames a column."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import RenameColumn
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column."""
    for step in case[SqlChange].steps():
        act = step.act
        if isinstance(act, RenameColumn):
            yield RULE.finding(
                f"`{act.column}` of `{act.table}` goes by `{act.name}` from one moment to the next: code that runs by then,"
                " old or new, asks for the other",
                step.place,
                anchor=step.anchor,
            )
