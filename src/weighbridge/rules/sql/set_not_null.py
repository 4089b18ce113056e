"""A migration forbids a column to be empty, and reads every row to see that none is."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import SetNotNull
from weighbridge.landscape.sql.dialects import Dialect
from weighbridge.landscape.sql.known_types import KnownTypes
from weighbridge.landscape.sql.migrations import SqlChange
from weighbridge.landscape.sql.not_null import is_kept_full
from weighbridge.landscape.sql.postgres import Extent, Held, Level
from weighbridge.landscape.sql.words import held_in_words

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(
        SqlChange,
        KnownTypes,
    ),
    roles=("sql",),
    tags=("sql", "lock", "postgresql"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column that no valid check is known to keep from being empty."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        if isinstance(act, SetNotNull) and not is_kept_full(step, case[KnownTypes]):
            told = held_in_words(Held(table=act.table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.SCAN))
            yield RULE.finding(
                f"every row is searched for an empty `{act.column}`: {told}", step.place, anchor=step.anchor
            )
