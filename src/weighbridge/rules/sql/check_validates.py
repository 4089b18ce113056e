"""A migration adds a check that is held against every row at once."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AddColumn, AddConstraint, ConstraintKind
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
    """One finding for each check."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        found = [act.constraint] if isinstance(act, AddConstraint) else []
        if isinstance(act, AddColumn):
            found = list(act.column.constraints)
        for each in found:
            if each.kind in (ConstraintKind.CHECK, ConstraintKind.NOT_NULL) and not each.is_not_valid:
                told = held_in_words(Held(table=act.table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.SCAN))
                yield RULE.finding(told, step.place, anchor=step.anchor)
