"""A migration drops a column."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.migrations import SqlChange
from weighbridge.landscape.sql_changes import drop_in_words, new_drops
from weighbridge.landscape.table_mentions import table_mentions

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange, Landscapes),
    roles=("sql",),
    tags=("sql", "schema", "data-loss"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column, critical where code still asks for it."""
    for path, drop in new_drops(case[SqlChange]):
        if drop.column:
            mentions = table_mentions(case[Landscapes].head, drop.table, column=drop.column)
            yield RULE.finding(
                drop_in_words(f"column `{drop.column}` of `{drop.table}`", mentions),
                drop.place(path),
                anchor=f"{drop.table} {drop.column}",
                related=mentions.related(),
                severity=Severity.CRITICAL if mentions.sure else Severity.HIGH,
            )
