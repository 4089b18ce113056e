"""A migration writes a whole table anew."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AlterOther, Maintain, Reindex
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
    """One finding for each table."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        told = ""
        if isinstance(act, AlterOther) and act.rewrites:
            told = act.what
        elif isinstance(act, Maintain) and act.how in ("vacuum full", "cluster", "refresh"):
            told = act.how
        elif isinstance(act, Reindex) and not act.is_concurrent:
            told = f"reindex {act.kind}"
        if told:
            held = Held(
                table=act.table or getattr(act, "name", ""), level=Level.ACCESS_EXCLUSIVE, extent=Extent.REWRITE
            )
            yield RULE.finding(f"{told}: {held_in_words(held)}", step.place, anchor=step.anchor)
