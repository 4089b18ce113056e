"""A migration drops a schema or a database."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Drop
from weighbridge.landscape.sql.migrations import SqlChange

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "data-loss"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each."""
    for step in case[SqlChange].steps():
        act = step.act
        if isinstance(act, Drop) and act.kind in ("schema", "database", "tablespace", "owned"):
            yield RULE.finding(
                f"the {act.kind} `{act.name}` is dropped, with everything in it",
                step.place,
                anchor=f"{act.name} {step.anchor}",
            )
