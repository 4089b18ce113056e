"""The default partition of a table: it holds the rows that no other one takes, and is searched for each that comes."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql.acts import (
    Act,
    AddConstraint,
    Constraint,
    ConstraintKind,
    CreateTable,
    DropConstraint,
    DropTable,
    Partition,
    RenameTable,
    ValidateConstraint,
)
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one, last_part
from weighbridge.landscape.sql.sql_change import SqlChange

_DEFAULT: Final = "default"
_LITERALS: Final = LatePattern(r"'((?:[^']|'')*)'|(?<![\w.'])(-?\d+(?:\.\d+)?)")
_RANGE: Final = LatePattern(r"\bfrom\s*\((?P<low>.*)\)\s*to\s*\((?P<high>.*)\)", re.IGNORECASE | re.DOTALL)
_COMPARED: Final = LatePattern(r"(?P<how><=?|>=?)\s*\(*\s*(?P<value>'(?:[^']|'')*'|-?\d+(?:\.\d+)?)")
_FILLED: Final = LatePattern(r"\bis\s+not\s+null\b", re.IGNORECASE)
_EITHER: Final = LatePattern(r"\bor\b", re.IGNORECASE)
_DENIED: Final = LatePattern(r"\bnot\b|<>|!=", re.IGNORECASE)


def default_of(sql: SqlChange, step: Step, *, parent: str) -> str:
    """The default partition that a table has when a step comes, by what scripts say; empty where none does, or where the change makes it."""
    dialect = step.migration.dialect
    made = sql.known.saying(last_part(parent).lower(), "partition", _DEFAULT, dialect=dialect)
    found = _left((act for deed in made for act in deed.acts), parent)
    known = sql.known.saying(last_part(found).lower(), dialect=dialect) if found else ()
    found = _left((*(act for deed in known for act in deed.acts), *_done(sql, step, parent=parent)), parent)
    return "" if found and sql.is_made_before(step, found) else found


def _left(done: Iterable[Act], parent: str) -> str:
    """The default partition that is there in the end."""
    found = ""
    for act in done:
        match act:
            case CreateTable(table=name, parent=of, bounds=bounds) if _is_rest(bounds) and is_one(of, parent):
                found = name
            case Partition(table=of, name=name, is_attached=True, bounds=bounds) if _is_rest(bounds):
                found = name if is_one(of, parent) else found
            case Partition(name=name, is_attached=False) | DropTable(table=name) if found and is_one(name, found):
                found = ""
            case RenameTable(table=old, name=new) if found and is_one(old, found):
                found = new
    return found


def _done(sql: SqlChange, step: Step, *, parent: str) -> Iterator[Act]:
    """What the change's scripts did before the step that may give a table a default partition, or take it away."""
    yield from sql.done_within(step, parent)
    own = step.migration
    for each in own.doing(CreateTable, DropTable, RenameTable):
        if each.order < step.order:
            yield each.act


def _is_rest(bounds: str) -> bool:
    return bounds.strip().lower() == _DEFAULT


def spares_search(sql: SqlChange, step: Step, *, table: str, parent: str, bounds: str) -> bool:
    """Whether a valid check of a default partition says that none of its rows lies within the bounds."""
    valid: dict[str, Constraint] = {}
    waiting: dict[str, Constraint] = {}
    for act in sql.acts_before(step, table):
        made = act.constraints if isinstance(act, CreateTable) else ()
        for each in (*made, *((act.constraint,) if isinstance(act, AddConstraint) else ())):
            if each.kind is ConstraintKind.CHECK:
                (waiting if each.is_not_valid else valid)[each.name] = each
        if isinstance(act, ValidateConstraint) and act.name in waiting:
            valid[act.name] = waiting.pop(act.name)
        elif isinstance(act, DropConstraint):
            valid.pop(act.name, None)
    keys = [key for act in sql.acts_before(step, parent) if isinstance(act, CreateTable) for key in act.key]
    texts = (each.value.text for each in valid.values() if each.value is not None)
    return any(excludes(text, bounds) for text in texts if not keys or any(key.lower() in text.lower() for key in keys))


def excludes(check: str, bounds: str) -> bool:
    """Whether a check lets no row pass that lies within the bounds, as far as its words say: it denies them, or ends before them."""
    check = _FILLED.sub("", check)
    named = _literals(bounds)
    if named and _DENIED.search(check) is not None:
        return named <= _literals(check)
    span = _RANGE.search(bounds)
    if span is None:
        return False
    outside = [_is_outside(each, span) for each in _COMPARED.finditer(check)]
    return bool(outside) and (all(outside) if _EITHER.search(check) is not None else any(outside))


def _literals(text: str) -> set[str]:
    return {found[1] or found[2] for found in _LITERALS.finditer(text)}


def _is_outside(compared: re.Match[str], span: re.Match[str]) -> bool:
    """Whether what passes a comparison lies below a range, or above it."""
    value = _plain(compared["value"])
    low, high = _plain(span["low"]), _plain(span["high"])
    if compared["how"].startswith("<"):
        return _is_up_to(value, low, is_same=compared["how"] == "<")
    return _is_up_to(high, value, is_same=True)


def _plain(said: str) -> str:
    return said.strip().strip("'")


def _is_up_to(one: str, other: str, *, is_same: bool) -> bool:
    """Whether a value comes before another, numbers as such and all else, dates as ISO writes them, by its letters."""
    if one == other:
        return is_same
    try:
        return float(one) < float(other)
    except ValueError:
        return len(one) == len(other) and one < other
