"""Reads statements that add some rows and change others: `MERGE`, and `INSERT … ON CONFLICT DO UPDATE` with its kin."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Value
from weighbridge.facts.sql.cursor import Cursor

BEHIND_ROWS: Final = ("RETURNING", "ORDER", "LIMIT", "OPTION")
"""What stands behind the condition of a statement that changes rows."""


def merge(cursor: Cursor) -> Iterator[Act]:
    """What each `WHEN` does to the rows that are there, and that rows are added."""
    cursor.take("INTO")
    cursor.take("ONLY")
    table = cursor.name()
    cursor.skip_to("USING")
    cursor.take("USING")
    source = cursor.until("ON")
    is_limited = _is_few(source)
    on = cursor.value("WHEN") if cursor.take("ON") else None
    yield acts.Run(kind="merge", table=table)
    while cursor.take("WHEN"):
        is_of_others = cursor.take("NOT", "MATCHED", "BY", "SOURCE")
        cursor.take("NOT")
        cursor.take("MATCHED")
        cursor.take("BY", "TARGET")
        more = cursor.value("THEN") if cursor.take("AND") else None
        where = more if is_of_others else on
        cursor.skip_to("THEN")
        cursor.take("THEN")
        done = cursor.until("WHEN")
        if done.take("DELETE"):
            yield acts.Delete(table=table, where=where, is_limited=is_limited and not is_of_others)
        elif done.take("UPDATE"):
            yield acts.Update(
                table=table, columns=assigned(done), where=where, is_limited=is_limited and not is_of_others
            )


def insert(cursor: Cursor, *, is_replacing: bool = False) -> Iterator[Act]:
    """Rows added; where they come of a query, the rows that are there and collide may be changed."""
    while word := cursor.take_any(
        "OR", "IGNORE", "REPLACE", "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "ABORT", "FAIL", "ROLLBACK"
    ):
        is_replacing = is_replacing or word == "replace"
    cursor.take("INTO")
    cursor.take("TABLE")
    table = cursor.name()
    has_query = cursor.skip_to("VALUES", "SELECT", "WITH", "DEFAULT", "SET", "TABLE") and cursor.says(
        "SELECT", "WITH", "TABLE"
    )
    yield acts.Insert(table=table, has_query=has_query)
    if not has_query:
        return
    query = cursor.until("ON")
    is_limited = _is_few(query)
    while cursor.take("ON") and not cursor.says("CONFLICT", "DUPLICATE"):  # of a join
        cursor.skip_to("ON")
    if cursor.take("CONFLICT"):
        cursor.skip_to("DO")
        is_replacing = cursor.take("DO", "UPDATE")
    elif cursor.take("DUPLICATE", "KEY", "UPDATE"):
        is_replacing = True
    if is_replacing:
        where = Value("what is added collides with them")
        yield acts.Update(table=table, columns=assigned(cursor), where=where, is_limited=is_limited)


def _is_few(source: Cursor) -> bool:
    """Whether the rows are listed, or limited in number."""
    inside = source.copy().inside()
    rows = inside if inside is not None and inside.says("VALUES", "SELECT") else source
    return rows.says("VALUES") or (rows.says("SELECT") and not rows.copy().skip_to("FROM")) or rows.copy().is_limited()


def assigned(cursor: Cursor) -> tuple[str, ...]:
    """The columns that are assigned to, from `SET` on, or from here where it stands further on or nowhere."""
    cursor.take("SET")
    columns: list[str] = []
    for part in cursor.until("FROM", "WHERE", *BEHIND_ROWS).parts():
        names = part.names() if part.says("(") else (part.name(),)
        columns += [name.rpartition(".")[2] for name in names if name]
    return tuple(columns)
