"""Tables whose rows scripts write down one by one: lists that whoever writes the code keeps."""

from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AddColumn, AddConstraint, CreateTable, Insert
from weighbridge.landscape.sql.column_types import keys_of
from weighbridge.landscape.sql.known_types import KnownScripts
from weighbridge.landscape.sql.likely_small import names_many

_LEAST: Final = 3
"""Of one row, or of two, there may be many more: the first user, the default team."""
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
