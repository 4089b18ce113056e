"""Statements that do nothing where a migration is run: IF EXISTS of what an earlier one took away."""

import re
from typing import TYPE_CHECKING, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql.acts import AddColumn, CreateTable, DropColumn, DropTable, RenameColumn, RenameTable
from weighbridge.landscape.sql.names import is_one

if TYPE_CHECKING:
    from weighbridge.landscape.sql.migrations import Step
    from weighbridge.landscape.sql.sql_change import SqlChange

_OF_TABLE: Final = LatePattern(r"\s*(?:--[^\n]*\n\s*)*(?:alter|drop)\s+table\s+if\s+exists\b", re.IGNORECASE)


def has_no_effect(sql: "SqlChange", step: "Step") -> bool:
    """Whether a statement asks for a table, or a column, that is there no longer by then, and passes over it."""
    act = step.act
    if not isinstance(act, DropColumn | DropTable | RenameTable | RenameColumn) or not step.migration.runs_once:
        return False
    if _OF_TABLE.match(step.deed.text) and _is_table_gone(sql, step, act.table):
        return True
    return isinstance(act, DropColumn) and act.is_conditional and _is_column_gone(sql, step, act)


def _is_table_gone(sql: "SqlChange", step: "Step", table: str) -> bool:
    is_gone = False
    for act in sql.acts_before(step, table):
        match act:
            case RenameTable(table=old, name=new) if is_one(old, table) or is_one(new, table):
                is_gone = not is_one(new, table)
            case CreateTable(table=name) if is_one(name, table):
                is_gone = False
            case DropTable(table=name) if is_one(name, table):
                is_gone = True
    return is_gone


def _is_column_gone(sql: "SqlChange", step: "Step", drop: DropColumn) -> bool:
    is_gone = False
    for act in sql.acts_before(step, drop.table, naming=drop.column):
        match act:
            case AddColumn(column=column) if column.name == drop.column:
                is_gone = False
            case CreateTable(columns=columns) if any(each.name == drop.column for each in columns):
                is_gone = False
            case DropColumn(column=name) if name == drop.column:
                is_gone = True
            case RenameColumn(column=old, name=new) if drop.column in (old, new):
                is_gone = new != drop.column
    return is_gone
