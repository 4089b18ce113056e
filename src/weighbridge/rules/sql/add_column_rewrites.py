"""A migration adds a column whose default differs from row to row."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AddColumn
from weighbridge.landscape.sql.dialects import Dialect
from weighbridge.landscape.sql.migrations import SqlChange
from weighbridge.landscape.sql.postgres import Extent, Held, Level, is_rewriting
from weighbridge.landscape.sql.words import held_in_words

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "lock", "postgresql"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        if isinstance(act, AddColumn) and act.column.generated != "stored" and is_rewriting(act.column):
            told = held_in_words(Held(table=act.table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.REWRITE))
            yield RULE.finding(
                f"each row gets a value of its own for `{act.column.name}`: {told}", step.place, anchor=step.anchor
            )
