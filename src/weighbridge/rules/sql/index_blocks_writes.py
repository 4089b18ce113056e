"""A migration builds an index while nobody may write."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import CreateIndex
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
    """One finding for each index."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        if isinstance(step.act, CreateIndex) and not step.act.is_concurrent:
            held = Held(table=step.act.table, level=Level.SHARE, extent=Extent.BUILD)
            yield RULE.finding(held_in_words(held), step.place, anchor=step.anchor)
