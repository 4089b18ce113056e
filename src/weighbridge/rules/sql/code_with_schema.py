"""A change brings a migration and the code that needs it at once."""

from collections.abc import Iterable

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Act, AddColumn, CreateTable, DropTable
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.asked_by_change import asked_by_change, ceased
from weighbridge.landscape.sql.drops import is_kept_elsewhere
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import TableMention

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(
        SqlChange,
        Change,
        Landscapes,
    ),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
        "deployment",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column or table that changed code begins to name; of a drop that loses rows, the rules of drops tell."""
    sql, change, landscapes = case[SqlChange], case[Change], case[Landscapes]
    for step in sql.all_steps():
        table, column, is_gone = _altered(step.act)
        if not table or (column and sql.is_new(step)) or not step.migration.is_migration:
            continue
        what = f"`{column}` of `{table}`" if column else f"`{table}`"
        if is_gone:
            was = ceased(change, landscapes, table=table) if is_kept_elsewhere(sql, step) else None
            if was is not None:
                yield RULE.finding(
                    f"{was.place} stops using {what} in the change that drops it: until every instance of the old code is gone,"
                    " its queries fail",
                    step.place,
                    anchor=f"{table} {column}",
                    related=_related([was], "it was used here"),
                    severity=Severity.HIGH,
                )
            continue
        after = asked_by_change(change, landscapes, side=Side.HEAD, table=table, column=column)
        if after and not asked_by_change(change, landscapes, side=Side.BASE, table=table, column=column):
            yield RULE.finding(
                f"{after[0].place} uses {what} in the change that adds it: it fails wherever it runs before the migration has",
                step.place,
                anchor=f"{table} {column}",
                related=_related(after, "it is used here"),
            )


def _altered(act: Act) -> tuple[str, str, bool]:
    """The table and the column that are added or dropped, and whether they are gone by then."""
    match act:
        case AddColumn(column=column):
            return last_part(act.table), column.name, False
        case CreateTable(is_temporary=False):
            return last_part(act.table), "", False
        case DropTable(is_temporary=False):
            return last_part(act.table), "", True
    return "", "", False


def _related(mentions: Iterable[TableMention], message: str) -> tuple[RelatedPlace, ...]:
    return tuple(RelatedPlace(place=mention.place, message=message) for mention in mentions)
