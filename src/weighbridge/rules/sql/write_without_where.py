"""A migration changes or deletes every row."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Delete, Update
from weighbridge.landscape.sql.migrations import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "data-loss"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement."""
    for step in case[SqlChange].steps():
        act = step.act
        if isinstance(act, Delete | Update) and act.where is None and not act.is_limited:
            what = "deleted" if isinstance(act, Delete) else "changed"
            yield RULE.finding(
                f"every row of `{act.table}` is {what} by one statement, which locks each until it ends",
                step.place,
                anchor=step.anchor,
            )
