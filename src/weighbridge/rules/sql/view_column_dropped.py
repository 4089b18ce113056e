"""A view is made anew without a column that it had."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.view_columns import LostColumns, lost_columns
from weighbridge.landscape.table_mentions import table_mentions

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange, Landscapes),
    roles=("sql",),
    tags=("sql", "schema", "contract"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column."""
    for lost in lost_columns(case[SqlChange]):
        for column in lost.columns:
            yield _finding(case, lost, column=column)


def _finding(case: Case, lost: LostColumns, *, column: str) -> Finding:
    view = last_part(lost.view)
    mentions = table_mentions(case[Landscapes].head, view, column=column)
    words = f"the view `{view}` no longer has `{column}`"
    is_refused = lost.is_replacing and lost.step.migration.dialect is Dialect.POSTGRES
    if is_refused:
        words += ": PostgreSQL replaces no view by one with fewer columns, so the migration fails here"
    elif mentions.sure:
        words += f", while SQL in {mentions.sure[0].place} still asks it for that"
    else:
        words += "; nothing here is known to ask it for that, and reports and other programs that do fail"
    is_grave = is_refused or bool(mentions.sure)
    return RULE.finding(
        words,
        lost.step.place,
        anchor=f"{view} {column}",
        related=mentions.related(),
        severity=Severity.HIGH if is_grave else Severity.MEDIUM,
    )
