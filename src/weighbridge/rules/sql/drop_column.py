"""A migration drops a column."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import DropColumn
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.drops import drop_in_words
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import table_mentions

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(
        SqlChange,
        Landscapes,
    ),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
        "data-loss",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column, critical where code still asks for it."""
    for step in case[SqlChange].steps():
        act = step.act
        if isinstance(act, DropColumn):
            table = last_part(act.table)
            mentions = table_mentions(case[Landscapes].head, table, column=act.column)
            yield RULE.finding(
                drop_in_words(f"column `{act.column}` of `{table}`", mentions),
                step.place,
                anchor=f"{table} {act.column}",
                related=mentions.related(),
                severity=Severity.CRITICAL if mentions.sure else Severity.HIGH,
            )
