"""Where code searches a table by a column, or sorts by it, which an index that begins with it spares from reading the whole table."""

import re

from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Text
from weighbridge.facts.sql.acts import (
    Act,
    AddConstraint,
    ConstraintKind,
    CreateIndex,
    DropColumn,
    DropConstraint,
    DropIndex,
)
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.sql.column_types import keys_of
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import How, table_mentions
from weighbridge.landscape.terms import expressions

_Index = tuple[str, ...]


def searched_at(view: View, table: str, *, column: str, script: str) -> Place | None:
    """The first place whose SQL compares a column of a table with something, or sorts by it first."""
    last = last_part(table)
    asks = _asking(column)
    for each in table_mentions(view, last, column=column, script=script).sure:
        facts = view.landscape.facts(each.place.path) if each.how is How.SQL else None
        for _, line, outer in expressions(facts) if facts is not None else ():
            if line != each.place.line:
                continue
            texts = (expr.value for expr in walk(outer) if isinstance(expr, Text))
            if any(last.lower() in text.lower() and asks.search(text) is not None for text in texts):
                return each.place
    return None


def _asking(column: str) -> re.Pattern[str]:
    name = rf"\(*\s*(?:\"?\w+\"?\.)?\"?{re.escape(column)}\"?"
    return re.compile(
        rf"\b(?:where|and|or|on|having)\s+{name}\s*(?:[=<>@]|!=|(?:not\s+)?in\b|between\b|i?like\b|is\b)|\border\s+by\s+{name}(?!\w)",
        re.IGNORECASE,
    )


def lost_index(sql: SqlChange, step: Step, *, table: str) -> str:
    """The column with which an index begins that a step drops; empty where that is not known, or another index begins with it too."""
    act = step.act
    if not isinstance(act, DropIndex):
        return ""
    indexes: dict[str, _Index] = {}
    for each in sql.acts_before(step, table):
        _replay(each, indexes, dropped=act.name)
    own = indexes.pop(last_part(act.name), ())
    for migration in sql.migrations:
        for other in migration.on(table, CreateIndex, AddConstraint, DropColumn):
            if migration is not step.migration or other.order > step.order:
                _replay(other.act, indexes, dropped=act.name)
                own = () if isinstance(other.act, DropColumn) and other.act.column in own else own
    return own[0] if own and all(columns[0] != own[0] for columns in indexes.values() if columns) else ""


def _replay(act: Act, indexes: dict[str, _Index], *, dropped: str) -> None:
    """What an act does to the indexes of its table, by their names."""
    match act:
        case CreateIndex(name=name, columns=columns, where=where):
            if where is not None and name != dropped:
                return  # it holds some of the rows
            indexes[last_part(name) or f"{act.table} {columns}"] = columns
        case DropIndex(name=name) | DropConstraint(name=name):
            indexes.pop(last_part(name), None)
        case DropColumn(column=column):
            for name in [name for name, columns in indexes.items() if column in columns]:
                del indexes[name]
        case _:
            for key in keys_of(act):
                if key.kind in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE) and not key.index:
                    indexes[key.name or f"{act.table} {key.columns}"] = key.columns
