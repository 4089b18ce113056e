"""A migration lets a column be empty."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import DropColumn, DropNotNull
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import table_mentions

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(
        SqlChange,
        Landscapes,
    ),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column that the script does not also drop; grave where code is known that asks for it."""
    for step in case[SqlChange].steps():
        act = step.act
        if not isinstance(act, DropNotNull):
            continue
        is_dropped = any(
            isinstance(each.act, DropColumn) and each.act.column == act.column
            for each in step.migration.doing(DropColumn)
        )
        if not is_dropped:
            mentions = table_mentions(case[Landscapes].head, last_part(act.table), column=act.column)
            readers = f"code that reads it ({mentions.sure[0].place.path})" if mentions.sure else "code that reads it"
            yield RULE.finding(
                f"`{act.column}` of `{act.table}` may be empty from then on: {readers} has never met that",
                step.place,
                anchor=step.anchor,
                related=mentions.related(),
                severity=Severity.HIGH if mentions.sure else Severity.MEDIUM,
            )
