"""Tables whose rows scripts write down one by one, lists that whoever writes the code keeps; and those that have a row for each of many."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Act, AddColumn, AddConstraint, ConstraintKind, CreateIndex, CreateTable, Insert
from weighbridge.landscape.sql.column_types import columns_of, keys_of
from weighbridge.landscape.sql.known_types import KnownScripts
from weighbridge.landscape.sql.likely_small import is_one_of_many, is_set, names_many

_LEAST: Final = 3
"""Of one row, or of two, there may be many more: the first user, the default team."""
_KEYS: Final = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)
_NEXT_ROW: Final = LatePattern(r"[)}]\s*,\s*[({]")


def why_written_down(known: KnownScripts, table: str, *, dialect: Dialect) -> str:
    """That scripts write a table's rows down, in words; empty where they do not, or by its name there is one for each of many."""
    rows = 0 if names_many(table) else _rows_written_down(known, table, dialect=dialect)
    return f"{rows} rows of it are written down by scripts, which copy none" if rows else ""


def _rows_written_down(known: KnownScripts, table: str, *, dialect: Dialect) -> int:
    """How many rows the scripts write down of a table that belongs to no other; 0 where they are hardly any, or copy rows as well."""
    rows = 0
    for path, act in known.done_to(table, dialect):
        is_owned = isinstance(act, CreateTable | AddColumn | AddConstraint) and any(
            each.reference for each in keys_of(act)
        )
        if is_owned or (isinstance(act, Insert | CreateTable) and act.has_query):
            return 0
        if isinstance(act, Insert):
            lines = known.text(path).split("\n")[act.line - 1 : act.end_line]
            rows += 1 + sum(1 for _ in _NEXT_ROW.finditer("\n".join(lines)))
    return rows if rows >= _LEAST else 0


def has_row_for_each(known: KnownScripts, table: str, *, dialect: Dialect) -> bool:
    """Whether what a table sets is set for each of many, as one of its keys says, which its name does not."""
    done = known.acts_on(table, dialect) if is_set(table) else ()
    return any(is_one_of_many(column) for act in done for column in _told_apart_by(act))


def _told_apart_by(act: Act) -> Iterator[str]:
    """The columns of the keys that an act gives a table."""
    for column in columns_of(act):
        if any(each.kind in _KEYS for each in column.constraints):
            yield column.name
    for each in keys_of(act):
        yield from each.columns if each.kind in _KEYS else ()
    if isinstance(act, CreateIndex) and act.is_unique:
        yield from act.columns
