"""A migration adds a column that may not be NULL, and gives the rows that are there nothing to put in it."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AddColumn, SetDefault
from weighbridge.landscape.sql.by_table import by_script
from weighbridge.landscape.sql.causes import cause_of_old_code
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column; many of one script are one."""
    return by_script(_each(case), things="columns")


def _each(case: Case) -> Iterator[Finding]:
    for step in case[SqlChange].steps():
        act = step.act
        if not isinstance(act, AddColumn):
            continue
        column = act.column
        is_filled = column.generated or (column.default is not None and column.default.text.lower() != "null")
        if column.is_not_null and column.default is not None and (taken := _default_taken(step, act)) is not None:
            where = (
                f"line {taken.act.line} takes its default away"
                if taken.act.line != act.line
                else "its default goes at once"
            )
            yield RULE.finding(
                f"`{column.name}` may not be NULL, and {where}: the INSERTs of the release that is still running leave it out and fail",
                step.place,
                anchor=step.anchor,
                causes=cause_of_old_code(act.table),
            )
            continue
        if column.is_not_null and not is_filled:
            if step.migration.dialect is Dialect.MYSQL:
                rows = "rows that are there get 0 or an empty text"
            else:
                rows = f"this fails where `{act.table}` has rows"
            yield RULE.finding(
                f"`{column.name}` may not be NULL and has no default: {rows}, and code that is still running inserts none"
                " that pass",
                step.place,
                anchor=step.anchor,
            )


def _default_taken(step: Step, added: AddColumn) -> Step | None:
    """Where the script takes the default of the column away again."""
    for each in step.migration.doing(SetDefault):
        act = each.act
        if each.order < step.order:
            continue
        if isinstance(act, SetDefault) and (act.table, act.column) == (added.table, added.column.name):
            return each if act.value is None else None
    return None
