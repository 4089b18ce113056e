"""A migration adds a column that is computed and stored."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AddColumn
from weighbridge.landscape.sql.dialects import Dialect
from weighbridge.landscape.sql.migrations import SqlChange
from weighbridge.landscape.sql.postgres import Extent, Held, Level
from weighbridge.landscape.sql.words import held_in_words

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "lock", "postgresql", "mysql"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column."""
    for step in case[SqlChange].steps(Dialect.POSTGRES, Dialect.MYSQL):
        act = step.act
        if isinstance(act, AddColumn) and act.column.generated == "stored":
            told = held_in_words(Held(table=act.table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.REWRITE))
            yield RULE.finding(
                f"`{act.column.name}` is computed for every row that is there: {told}", step.place, anchor=step.anchor
            )
