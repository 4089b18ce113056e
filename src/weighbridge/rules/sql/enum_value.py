"""A migration changes the values of an enumeration."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AlterEnum
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
    """One finding for each value."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        if isinstance(act, AlterEnum) and act.old:
            yield RULE.finding(
                f"`{act.old}` of `{act.name}` becomes `{act.value}` at once: code that still says the old word fails",
                step.place,
                anchor=step.anchor,
                severity=Severity.HIGH,
            )
        elif isinstance(act, AlterEnum) and step.is_uncommitted:
            yield RULE.finding(
                f"`{act.value}` of `{act.name}` cannot be used before this transaction ends, and before version 12 not be added"
                " in one; it can never be taken away",
                step.place,
                anchor=step.anchor,
            )
