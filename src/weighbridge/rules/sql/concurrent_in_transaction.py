"""A migration asks within a transaction for what cannot be done in one."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.sql.dialects import Dialect
from weighbridge.landscape.sql.migrations import SqlChange, Together
from weighbridge.landscape.sql.postgres import outside_only

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "postgresql"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        if step.is_uncommitted and (what := outside_only(step.act)):
            how = "its tool runs it in one" if step.migration.together is Together.YES else "a transaction is open"
            yield RULE.finding(f"{what} fails in a transaction, and {how}", step.place, anchor=step.anchor)
