"""A migration locks a table outright."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Lock
from weighbridge.landscape.sql.dialects import Dialect
from weighbridge.landscape.sql.migrations import SqlChange
from weighbridge.landscape.sql.postgres import Extent, Held, level_of
from weighbridge.landscape.sql.words import held_in_words

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "lock", "postgresql"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each table that is locked against writes or more."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        if isinstance(act, Lock):
            level = level_of(act.mode)
            if level.blocks:
                told = held_in_words(Held(table=act.table, level=level, extent=Extent.MOMENT))
                yield RULE.finding(f"{told}; it ends with the transaction", step.place, anchor=step.anchor)
