"""A migration drops an index by which queries here search."""

import re
from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
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
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.sql.column_types import keys_of
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import weighed
from weighbridge.landscape.table_mentions import How, table_mentions
from weighbridge.landscape.terms import expressions

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
        column = _lost_index(sql, step, table=table)
        view = case[Landscapes].head
        place = _searched_at(view, table, column=column, script=step.migration.path) if column else None
        if place is not None:
            yield RULE.finding(
                f"`{last_part(act.name)}` is dropped while {place} searches `{last_part(table)}` by `{column}`, with which no other index"
                " known here begins: each such query reads the whole table from then on",
                step.place,
                anchor=f"{table} {act.name}",
                severity=weighed(sql, table),
            )


def _searched_at(view: View, table: str, *, column: str, script: str) -> Place | None:
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


def _lost_index(sql: SqlChange, step: Step, *, table: str) -> str:
    """The column with which an index begins that a step drops; empty where that is not known, or another index begins with it too."""
    act = step.act
    if not isinstance(act, DropIndex):
        return ""
    indexes: dict[str, tuple[str, ...]] = {}
    for each in sql.acts_before(step, table):
        _replay(each, indexes, dropped=act.name)
    own = indexes.pop(last_part(act.name), ())
    for migration in sql.migrations:
        for other in migration.on(table, CreateIndex, AddConstraint, DropColumn):
            if migration is not step.migration or other.order > step.order:
                _replay(other.act, indexes, dropped=act.name)
                own = () if isinstance(other.act, DropColumn) and other.act.column in own else own
    return own[0] if own and all(columns[0] != own[0] for columns in indexes.values() if columns) else ""


def _replay(act: Act, indexes: dict[str, tuple[str, ...]], *, dropped: str) -> None:
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
