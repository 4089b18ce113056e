"""Statements that do nothing where a migration is run: IF EXISTS of what an earlier one took away."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql.acts import Act, AddColumn, CreateTable, DropColumn, DropTable, RenameColumn, RenameTable
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one

Before = Callable[[Step, str], Iterable[Act]]
"""Gives what was done to a table before a step."""
_OF_TABLE: Final = LatePattern(r"\s*(?:--[^\n]*\n\s*)*(?:alter|drop)\s+table\s+if\s+exists\b", re.IGNORECASE)


def has_no_effect(step: Step, before: Before) -> bool:
    """Whether a statement asks for a table, or a column, that is there no longer by then, and passes over it."""
    act = step.act
    if not isinstance(act, DropColumn | DropTable | RenameTable | RenameColumn) or not step.migration.runs_once:
        return False
    if _OF_TABLE.match(step.deed.text) and _is_table_gone(before(step, act.table), act.table):
        return True
    if not isinstance(act, DropColumn) or not act.is_conditional:
        return False
    return _is_column_gone(before(step, act.table), act.column)


def _is_table_gone(done: Iterable[Act], table: str) -> bool:
    is_gone = False
    for act in done:
        match act:
            case RenameTable(table=old, name=new) if is_one(old, table) or is_one(new, table):
                is_gone = not is_one(new, table)
            case CreateTable(table=name) if is_one(name, table):
                is_gone = False
            case DropTable(table=name) if is_one(name, table):
                is_gone = True
    return is_gone


def _is_column_gone(done: Iterable[Act], dropped: str) -> bool:
    is_gone = False
    for act in done:
        match act:
            case AddColumn(column=column) if column.name == dropped:
                is_gone = False
            case CreateTable(columns=columns) if any(each.name == dropped for each in columns):
                is_gone = False
            case DropColumn(column=name) if name == dropped:
                is_gone = True
            case RenameColumn(column=old, name=new) if dropped in (old, new):
                is_gone = new != dropped
    return is_gone
