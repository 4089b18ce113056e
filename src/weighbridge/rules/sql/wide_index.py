"""A migration adds an index over more than three columns."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import CreateIndex
from weighbridge.landscape.sql.migrations import SqlChange

MOST_COLUMNS = 3

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "performance"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each index."""
    for step in case[SqlChange].steps():
        act = step.act
        if isinstance(act, CreateIndex) and len(act.columns) > MOST_COLUMNS:
            yield RULE.finding(
                f"an index over {len(act.columns)} columns is written at each change of any of them, and searched by the first ones only",
                step.place,
                anchor=step.anchor,
            )
