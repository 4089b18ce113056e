"""A migration drops a table."""

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
    """One finding for each table, critical where code still uses it."""
    for path, drop in new_drops(case[SqlChange]):
        if not drop.column:
            mentions = table_mentions(case[Landscapes].head, drop.table)
            yield RULE.finding(
                drop_in_words(f"table `{drop.table}`", mentions),
                drop.place(path),
                anchor=drop.table,
                related=mentions.related(),
                severity=Severity.CRITICAL if mentions.sure else Severity.HIGH,
            )
