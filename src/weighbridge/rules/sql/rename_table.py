"""A migration gives a table another name."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import RenameTable
from weighbridge.landscape.sql.migrations import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "schema"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each table."""
    for step in case[SqlChange].steps():
        if isinstance(step.act, RenameTable):
            yield RULE.finding(
                f"`{step.act.table}` goes by `{step.act.name}` from one moment to the next: code that runs by then, old or"
                " new, asks for the other",
                step.place,
                anchor=step.anchor,
            )
