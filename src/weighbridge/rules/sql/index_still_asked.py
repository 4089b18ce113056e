"""A migration drops an index by which queries here search."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import DropIndex
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.searched_by import lost_index, searched_at
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import weighed

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(
        SqlChange,
        Landscapes,
    ),
    roles=("sql",),
    tags=(
        "sql",
        "performance",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each index whose first column SQL of the code compares or sorts by, where no other index begins with it."""
    sql = case[SqlChange]
    for step in sql.steps():
        act = step.act
        table = (act.table or sql.table_of_index(act.name)) if isinstance(act, DropIndex) else ""
        if not isinstance(act, DropIndex) or not table or sql.is_made_before(step, table):
            continue
        column = lost_index(sql, step, table=table)
        view = case[Landscapes].head
        place = searched_at(view, table, column=column, script=step.migration.path) if column else None
        if place is not None:
            yield RULE.finding(
                f"`{last_part(act.name)}` is dropped while {place} searches `{last_part(table)}` by `{column}`, with which no other index"
                " known here begins: each such query reads the whole table from then on",
                step.place,
                anchor=f"{table} {act.name}",
                severity=weighed(sql, table),
            )
