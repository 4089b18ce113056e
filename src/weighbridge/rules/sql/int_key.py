"""A new table counts its rows by a number that ends at 2,147,483,647."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import ConstraintKind, CreateTable
from weighbridge.landscape.sql.column_types import keys_of
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.NOTE,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each table."""
    for step in case[SqlChange].all_steps(Dialect.POSTGRES, Dialect.MYSQL):
        act = step.act
        if not isinstance(act, CreateTable) or act.is_temporary:
            continue
        keys = {name for each in keys_of(act) if each.kind is ConstraintKind.PRIMARY_KEY for name in each.columns}
        for column in act.columns:
            if (
                keys == {column.name}
                and column.type.name in _SHORT
                and not any(each.reference for each in column.constraints)
            ):
                yield RULE.finding(
                    f"`{column.name}` of `{act.table}` is {column.type.name}: when its numbers end no row can be added, and a wider"
                    " type then rewrites the table",
                    Place(path=step.place.path, line=column.line, end_line=column.line),
                    anchor=f"{act.table} {column.name}",
                )


_SHORT: Final = (
    "int", "integer", "int4", "serial", "serial4", "smallint", "int2", "smallserial", "serial2", "int unsigned", "mediumint",
    "integer unsigned",
)  # fmt: skip
