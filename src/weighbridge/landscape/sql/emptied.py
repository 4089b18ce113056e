"""Whether a table that is dropped holds nothing that could be lost: it was emptied before, or holds what migrations wrote in it alone."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.landscape.sql.known_types import in_order, series_of
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one
from weighbridge.landscape.sql.sql_change import SqlChange

_FEW_COLUMNS: Final = 2
"""Lists of what a column may hold have a name, and perhaps a text for people."""


def holds_nothing(sql: SqlChange, step: Step) -> str:
    """Why nothing is lost with a table where no code uses it, in words; empty where something may be."""
    table = step.act.table
    emptied: RepoPath | None = None
    written: RepoPath | None = None
    columns = 0
    for path, act in _done_before(sql, step):
        if not is_one(act.table, table):
            continue
        match act:
            case acts.Delete(where=None, is_limited=False) | acts.Truncate(partition=""):
                emptied, written = path, None
            case acts.CreateTable(has_query=False):
                emptied, written, columns = None, None, len(act.columns)
            case acts.Insert(has_query=False):
                emptied, written = None, written or path
            case acts.AddColumn():
                columns += 1
            case acts.Insert() | acts.Update() | acts.CreateTable() | acts.RenameTable():
                emptied, written, columns = None, None, _FEW_COLUMNS + 1
    if emptied is not None:
        return f"{'the change' if emptied == step.migration.path else emptied} deleted every row of it before"
    if written is not None and 0 < columns <= _FEW_COLUMNS:
        return f"a list of constants, which {written} wrote"
    return ""


def _done_before(sql: SqlChange, step: Step) -> Iterator[tuple[RepoPath, Act]]:
    """What scripts did to the table, those that were there first, each with its script; the change stands for its own."""
    own = step.migration.path
    for path, act in sql.known.done_to(step.act.table, step.migration.dialect):
        if series_of(path) != series_of(own) or in_order(path) < in_order(own):
            yield path, act
    yield from ((step.migration.path, act) for act in sql.done_within(step, step.act.table))
