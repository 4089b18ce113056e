"""Whether a column is known never to be empty: PostgreSQL searches no row then when it is told so (since version 12)."""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql.acts import (
    Act,
    AddColumn,
    AddConstraint,
    Constraint,
    ConstraintKind,
    CreateTable,
    DropConstraint,
    DropNotNull,
    SetNotNull,
    ValidateConstraint,
)
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.sql_change import SqlChange

_NOT_NULL: Final = LatePattern(r"[\s(]*(?:\"?\w+\"?\.)?\"?(?P<column>\w+)\"?\s+is\s+not\s+null[\s)]*", re.IGNORECASE)


_ITSELF: Final = "not null"
"""In the place of a constraint's name: the column says it itself."""


def is_kept_full(sql: SqlChange, step: Step, *, table: str, column: str) -> bool:
    """Whether a valid constraint keeps a column from being empty, by what was done to its table before this step."""
    return _keeps_full(sql.acts_before(step, table, naming=column), column)


def is_read_already(sql: SqlChange, step: Step) -> bool:
    """Whether an earlier part of the same ALTER TABLE has every row read anyhow: all its parts are held against the rows at once."""
    for act in step.deed.acts if len(step.deed.acts) > 1 else ():
        if act is step.act:
            return False
        if act.table == step.act.table and step.migration.is_added(act) and _reads(sql, step, act=act):
            return True
    return False


def _reads(sql: SqlChange, step: Step, *, act: Act) -> bool:
    if isinstance(act, AddConstraint):
        return act.constraint.kind is ConstraintKind.CHECK and not act.constraint.is_not_valid
    return isinstance(act, SetNotNull) and not is_kept_full(sql, step, table=act.table, column=act.column)


def _keeps_full(acts: Iterable[Act], column: str) -> bool:
    valid: dict[str, bool] = {}
    for act in acts:
        match act:
            case AddConstraint(constraint=found) if _keeps(found, column):
                valid[found.name] = not found.is_not_valid
            case AddColumn(column=added) if added.name == column:
                valid |= {each.name: not each.is_not_valid for each in added.constraints if _keeps(each, column)}
                valid[_ITSELF] = added.is_not_null
            case CreateTable(columns=columns):
                valid[_ITSELF] = any(each.is_not_null for each in columns if each.name == column)
            case SetNotNull(column=name) if name == column:
                valid[_ITSELF] = True
            case DropNotNull(column=name) if name == column:
                valid.pop(_ITSELF, None)
            case ValidateConstraint(name=name) if name in valid:
                valid[name] = True
            case DropConstraint(name=name):
                valid.pop(name, None)
    return any(valid.values())


def _keeps(constraint: Constraint, column: str) -> bool:
    if constraint.kind is ConstraintKind.NOT_NULL:
        return column in constraint.columns
    if constraint.kind is not ConstraintKind.CHECK or constraint.value is None:
        return False
    found = _NOT_NULL.fullmatch(constraint.value.text)
    return found is not None and found["column"].lower() == column.lower()
