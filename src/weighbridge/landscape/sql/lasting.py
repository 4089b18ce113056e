"""What a transaction goes on to do while it keeps the locks that it took for a moment."""

from typing import Final

from weighbridge.facts.sql.acts import (
    AddConstraint,
    ChangeType,
    CreateIndex,
    Delete,
    Insert,
    SetNotNull,
    Update,
    ValidateConstraint,
)
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.postgres import locks_of
from weighbridge.landscape.sql.sql_change import SqlChange

_LONG: Final = (SetNotNull, ChangeType, Update, Delete, Insert, AddConstraint, CreateIndex, ValidateConstraint)


def line_of_long_work(sql: SqlChange, step: Step, *, column: str) -> int:
    """A line after a step that takes its time in the same transaction, an index of the step's own new column aside; 0 for none."""
    if not step.is_uncommitted:
        return 0
    later = (each for each in step.after(*_LONG) if each.transaction == step.transaction)
    return next(
        (each.act.line for each in later if _takes_time(sql, each) and not _is_its_index(each, step, column=column)), 0
    )


def _takes_time(sql: SqlChange, step: Step) -> bool:
    act = step.act
    if isinstance(act, Update | Delete) or (isinstance(act, Insert) and act.has_query):
        return not sql.is_new(step)
    return any(lock.extent.is_long and not sql.is_made_before(step, lock.table) for lock in locks_of(act))


def _is_its_index(each: Step, step: Step, *, column: str) -> bool:
    act = each.act
    return isinstance(act, CreateIndex) and act.table == step.act.table and act.columns == (column,)
