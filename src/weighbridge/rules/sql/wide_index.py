"""A migration adds an index over more than three columns."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import CreateIndex
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "performance",
    ),
)


MOST_COLUMNS = 3


def check(case: Case) -> Iterable[Finding]:
    """One finding for each index."""
    for step in case[SqlChange].steps():
        act = step.act
        if isinstance(act, CreateIndex) and len(act.columns) > MOST_COLUMNS:
            yield RULE.finding(
                f"an index over {len(act.columns)} columns is written at each change of any of them, and serves only searches"
                " by the first ones",
                step.place,
                anchor=step.anchor,
            )
