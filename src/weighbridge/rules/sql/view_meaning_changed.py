"""A view gives a column in another unit, or other rows, under the same names."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.view_meaning import OtherView, other_views
from weighbridge.landscape.table_mentions import table_mentions

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange, Landscapes),
    roles=("sql",),
    tags=("sql", "schema", "contract"),
)

_SHOWN: Final = 60


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column, and one for the rows."""
    for other in other_views(case[SqlChange]):
        yield from _units(case, other)
        if other.conditions is not None:
            yield _rows(other, other.conditions)


def _units(case: Case, other: OtherView) -> Iterator[Finding]:
    view = last_part(other.view)
    for column, factor in other.units.items():
        mentions = table_mentions(case[Landscapes].head, view, column=column)
        who = (
            f"SQL in {mentions.sure[0].place} reads it as it was"
            if mentions.sure
            else "no reader of it is known in this repository"
        )
        yield RULE.finding(
            f"the view `{view}` gives `{column}` `{factor}` now, in another unit under the same name: {who}",
            other.step.place,
            anchor=f"{view} {column}",
            related=mentions.related(),
            severity=Severity.HIGH if mentions.sure else Severity.MEDIUM,
        )


def _rows(other: OtherView, conditions: tuple[str, str]) -> Finding:
    view = last_part(other.view)
    was, now = (f"`{each[:_SHOWN]}`" if each else "all rows" for each in conditions)
    return RULE.finding(
        f"the view `{view}` gives other rows: {now}, where it gave {was}; whoever counts or sums over it comes to something else",
        other.step.place,
        anchor=f"{view} rows",
        severity=Severity.MEDIUM,
    )
