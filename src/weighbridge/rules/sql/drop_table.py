"""A migration drops a table."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import DropTable
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.drops import drop_in_words, is_made_anew, is_replaced
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
    """One finding for each table, critical where code still uses it; those that are made anew are another rule's."""
    sql = case[SqlChange]
    for step in sql.steps():
        act = step.act
        if (
            isinstance(act, DropTable)
            and not act.is_temporary
            and not is_made_anew(sql, step)
            and not is_replaced(sql, step)
        ):
            table = last_part(act.table)
            mentions = table_mentions(case[Landscapes].head, table)
            yield RULE.finding(
                drop_in_words(f"table `{table}`", mentions),
                step.place,
                anchor=table,
                related=mentions.related(),
                severity=Severity.CRITICAL if mentions.sure else Severity.HIGH,
            )
