"""A migration gives a column another type."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import ChangeType
from weighbridge.landscape.sql.dialects import Dialect
from weighbridge.landscape.sql.known_types import KnownTypes, is_widening
from weighbridge.landscape.sql.migrations import SqlChange
from weighbridge.landscape.sql.postgres import Extent, Held, Level
from weighbridge.landscape.sql.words import held_in_words

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange, KnownTypes),
    roles=("sql",),
    tags=("sql", "lock", "schema"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column, less grave where it may be no more than a wider text."""
    for step in case[SqlChange].steps(Dialect.POSTGRES, Dialect.MYSQL):
        act = step.act
        if not isinstance(act, ChangeType):
            continue
        before = act.was or case[KnownTypes].of(act.table, act.column)
        if before is not None and is_widening(before, act.to):
            continue
        is_perhaps_wider = (
            before is None and act.using is None and act.to.name in ("text", "varchar", "character varying")
        )
        told = held_in_words(Held(table=act.table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.REWRITE))
        was = f" (it was {before.name})" if before is not None else ""
        yield RULE.finding(
            f"`{act.column}` becomes {act.to.name}{was}: {told}",
            step.place,
            anchor=step.anchor,
            severity=Severity.MEDIUM if is_perhaps_wider and not act.to.given else Severity.HIGH,
        )
