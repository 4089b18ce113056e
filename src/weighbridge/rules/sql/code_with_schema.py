"""A change brings a migration and the code that needs it at once."""

from collections.abc import Iterable, Sequence

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import CODE, role_of
from weighbridge.facts.sql.acts import Act, AddColumn, CreateTable, DropColumn, DropTable
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import How, TableMention, table_mentions

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
    """One finding for each column or table that changed code begins or ceases to name."""
    sql = case[SqlChange]
    for step in sql.all_steps():
        table, column, is_gone = _altered(step.act)
        if not table or (column and sql.is_new(step)) or not step.migration.is_migration:
            continue
        before, after = (
            _named(case, Side.BASE, table=table, column=column),
            _named(case, Side.HEAD, table=table, column=column),
        )
        what = f"`{column}` of `{table}`" if column else f"`{table}`"
        if is_gone and before and not after:
            yield RULE.finding(
                f"{before[0].place} ceases to use {what} in the change that drops it: until every copy of the old code is gone,"
                " what it asks for fails",
                step.place,
                anchor=f"{table} {column}",
                related=_related(before, "it was used here"),
                severity=Severity.HIGH,
            )
        elif not is_gone and after and not before:
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
        case DropColumn(column=name):
            return last_part(act.table), name, True
        case DropTable(is_temporary=False):
            return last_part(act.table), "", True
    return "", "", False


def _named(case: Case, side: Side, *, table: str, column: str) -> Sequence[TableMention]:
    """Where the changed code names it, on one side."""
    changed = [
        file.path
        for file in case[Change].files
        if role_of(file.path) in CODE and file.head is not None and file.base is not None
    ]
    found = table_mentions(case[Landscapes].on(side), table, column=column, among=changed).sure if changed else ()
    return [
        each for each in found if each.how is not How.MODEL
    ]  # a class that says what its table has runs nothing yet


def _related(mentions: Iterable[TableMention], message: str) -> tuple[RelatedPlace, ...]:
    return tuple(RelatedPlace(place=mention.place, message=message) for mention in mentions)
