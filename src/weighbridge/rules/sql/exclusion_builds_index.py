"""A migration adds an exclusion constraint, whose index cannot be built beforehand."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AddConstraint, ConstraintKind
from weighbridge.landscape.sql.dialects import Dialect
from weighbridge.landscape.sql.migrations import SqlChange
from weighbridge.landscape.sql.postgres import Extent, Held, Level
from weighbridge.landscape.sql.words import held_in_words

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "lock", "postgresql"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        if isinstance(act, AddConstraint) and act.constraint.kind is ConstraintKind.EXCLUSION:
            told = held_in_words(Held(table=act.table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.BUILD))
            yield RULE.finding(told, step.place, anchor=step.anchor)
