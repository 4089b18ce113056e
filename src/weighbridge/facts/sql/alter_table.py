"""Reads `ALTER TABLE`: each of its actions, as PostgreSQL, MySQL and SQLite write them."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.facts.sql.columns import begins_constraint, begins_key, column, column_called, constraint
from weighbridge.facts.sql.cursor import Cursor, plain

_REWRITES: Final = (
    ("SET", "TABLESPACE"), ("SET", "LOGGED"), ("SET", "UNLOGGED"), ("SET", "ACCESS", "METHOD"), ("CONVERT", "TO"), ("FORCE",),
    ("SPLIT", "PARTITION"), ("MERGE", "PARTITIONS"), ("ENGINE",), ("ROW_FORMAT",), ("KEY_BLOCK_SIZE",), ("SET", "WITH", "OIDS"), ("SET", "WITHOUT", "OIDS"), ("CHARACTER", "SET"),
)  # fmt: skip
"""Actions by which every row is written anew."""


def alter_table(cursor: Cursor) -> Iterator[Act]:
    """What is done, from behind `ALTER TABLE` on."""
    cursor.take("IF", "EXISTS")
    cursor.take("ONLY")
    table = cursor.name()
    cursor.take("*")
    found: list[Act] = []
    for part in cursor.parts():
        if part.is_done:
            continue
        line = part.line
        last = found[-1] if found else None
        is_more = part.peek(1) is None and isinstance(last, acts.DropColumn | acts.Truncate)
        found = list(_listed_drop(part, last) if is_more and last is not None else _action(part, table))
        part.skip_to()
        yield from (replace(each, line=line, end_line=max(line, part.last_line)) for each in found)


def _listed_drop(cursor: Cursor, last: Act) -> Iterator[Act]:
    """SQL Server: `DROP COLUMN a, b`; MySQL: `DROP PARTITION a, b`."""
    if isinstance(last, acts.Truncate):
        yield acts.Truncate(partition=cursor.name(), table=last.table)
    else:
        yield acts.DropColumn(column=cursor.name(), table=last.table)


def _action(cursor: Cursor, table: str) -> Iterator[Act]:
    if cursor.take("ADD"):
        yield from _added(cursor, table)
    elif cursor.take("DROP"):
        yield from _dropped(cursor, table)
    elif cursor.take("ALTER"):
        yield from _altered_column(cursor, table)
    elif cursor.take("RENAME"):
        yield _renamed(cursor, table)
    elif cursor.take("MODIFY"):
        yield from _modified(cursor, table)
    elif cursor.take("CHANGE"):
        yield from _changed(cursor, table)
    elif cursor.take("VALIDATE", "CONSTRAINT"):
        yield acts.ValidateConstraint(name=cursor.name(), table=table)
    elif cursor.follows("ATTACH", "PARTITION") or cursor.follows("DETACH", "PARTITION"):
        yield _partition(cursor, table)
    elif (how := _row_security(cursor)) != "":
        yield acts.RowSecurity(how=how, table=table)
    elif (emptied := _emptied(cursor, table)) is not None:
        yield emptied
    elif cursor.take("SET", "SCHEMA"):
        yield acts.RenameTable(name=f"{cursor.name()}.{table.rpartition('.')[2]}", table=table)
    else:
        rewrites = any(cursor.follows(*words) for words in _REWRITES)
        yield acts.AlterOther(what=cursor.first_words(), rewrites=rewrites, table=table)


def _emptied(cursor: Cursor, table: str) -> Act | None:
    """MySQL: the rows of a table or a partition are thrown away with what holds them."""
    if cursor.take("TRUNCATE", "PARTITION") or cursor.take("DISCARD", "PARTITION"):
        return acts.Truncate(partition=cursor.name(), table=table)
    return acts.Truncate(table=table) if cursor.take("DISCARD", "TABLESPACE") else None


def _row_security(cursor: Cursor) -> str:
    for words, how in (
        (("ENABLE",), "enable"),
        (("DISABLE",), "disable"),
        (("NO", "FORCE"), "no force"),
        (("FORCE",), "force"),
    ):
        if cursor.take(*words, "ROW", "LEVEL", "SECURITY"):
            return how
    return ""


def _added(cursor: Cursor, table: str) -> Iterator[Act]:
    if begins_constraint(cursor):
        found = constraint(cursor)
        yield (
            acts.AddConstraint(constraint=found, table=table)
            if found
            else acts.AlterOther(what="add constraint", table=table)
        )
        return
    if begins_key(cursor):
        yield key(cursor, table)
        return
    if cursor.says("PARTITION"):
        yield acts.AlterOther(what="add partition", table=table)
        return
    cursor.take("COLUMN")
    is_conditional = cursor.skip_if_exists()
    if cursor.says("("):
        for each in cursor.items():
            yield acts.AddColumn(column=column(each), is_conditional=is_conditional, table=table)
    else:
        yield acts.AddColumn(column=column(cursor), is_conditional=is_conditional, table=table)


def key(cursor: Cursor, table: str) -> acts.CreateIndex:
    """An index as MySQL states it within a table."""
    method = cursor.take_any("FULLTEXT", "SPATIAL")
    cursor.take_any("KEY", "INDEX")
    cursor.skip_if_exists()
    name = "" if cursor.says("(", "USING") else cursor.name()
    if cursor.take("USING"):
        method = cursor.name()
    columns = tuple(indexed(each) for each in cursor.items())
    return acts.CreateIndex(table=table, name=name, columns=columns, method=method)


def indexed(cursor: Cursor) -> str:
    """What an index is over: a column by its name, else the expression as written."""
    name, after = cursor.peek(), cursor.peek(1)
    if name is not None and name.is_name and (after is None or after.says("ASC", "DESC", "NULLS")):
        return plain(name)
    return cursor.value("ASC", "DESC", "NULLS").text


def _dropped(cursor: Cursor, table: str) -> Iterator[Act]:
    cursor.take("COLUMN") if cursor.follows("COLUMN", "(") else None
    if cursor.says("("):  # Oracle
        yield from (acts.DropColumn(column=name, table=table) for name in cursor.names())
    elif cursor.says(*_NO_COLUMN) and _is_named(cursor):
        yield acts.AlterOther(what=f"drop {cursor.first_words(1)}", table=table)
    else:
        yield _dropped_one(cursor, table)


_NO_COLUMN: Final = ("TRIGGER", "PERIOD", "SYSTEM", "STATISTICS", "PROJECTION", "POLICY", "ROW", "DEFAULT", "UNIQUE")
"""What is dropped of a table and is no column, where more than the word stands there."""


def _is_named(cursor: Cursor) -> bool:
    """Whether a name follows the word that comes next, so that the word is not the name itself."""
    after = cursor.peek(1)
    return after is not None and not after.says("CASCADE", "RESTRICT")


def _dropped_one(cursor: Cursor, table: str) -> Act:
    if _is_named(cursor) and (cursor.take("CONSTRAINT") or cursor.take("FOREIGN", "KEY") or cursor.take("CHECK")):
        is_conditional = cursor.skip_if_exists()
        name = cursor.name()
        return acts.DropConstraint(
            name=name, is_conditional=is_conditional, is_cascading=cursor.take("CASCADE"), table=table
        )
    if cursor.take("PRIMARY", "KEY"):
        return acts.DropConstraint(name="primary key", table=table)
    if _is_named(cursor) and cursor.take_any("INDEX", "KEY"):
        is_conditional = cursor.skip_if_exists()
        return acts.DropIndex(name=cursor.name(), is_conditional=is_conditional, table=table)
    if _is_named(cursor) and cursor.take("PARTITION"):
        cursor.skip_if_exists()
        return acts.Truncate(table=table, partition=cursor.name())
    cursor.take("COLUMN")
    is_conditional = cursor.skip_if_exists()
    column = cursor.name()
    return acts.DropColumn(
        column=column, is_conditional=is_conditional, is_cascading=cursor.take("CASCADE"), table=table
    )


def _altered_column(cursor: Cursor, table: str) -> Iterator[Act]:
    if cursor.says("CONSTRAINT", "INDEX", "CHECK"):
        yield acts.AlterOther(what=f"alter {cursor.first_words(1)}", table=table)
        return
    cursor.take("COLUMN")
    name = cursor.name()
    if cursor.take("SET", "DATA", "TYPE") or cursor.take("TYPE"):
        kind = cursor.type()
        collation = cursor.name() if cursor.take("COLLATE") else ""
        using = cursor.value() if cursor.take("USING") else None
        yield acts.ChangeType(column=name, to=kind, using=using, collation=collation, table=table)
    elif cursor.take("SET", "NOT", "NULL"):
        yield acts.SetNotNull(column=name, table=table)
    elif cursor.take("DROP", "NOT", "NULL"):
        yield acts.DropNotNull(column=name, table=table)
    elif cursor.take("SET", "DEFAULT"):
        yield acts.SetDefault(column=name, value=cursor.value(), table=table)
    elif cursor.take("DROP", "DEFAULT"):
        yield acts.SetDefault(column=name, table=table)
    elif cursor.take("SET", "EXPRESSION"):
        yield acts.AlterOther(what="alter column set expression", rewrites=True, table=table)
    elif not cursor.says("ADD", "DROP", "SET", "RESET", "RESTART"):
        yield from _stated(column_called(name, cursor, line=cursor.line), table)  # SQL Server restates a column
    else:
        yield acts.AlterOther(what=f"alter column {cursor.first_words()}", table=table)


def _modified(cursor: Cursor, table: str) -> Iterator[Act]:
    """MySQL's `MODIFY`: the column is stated anew."""
    cursor.take("COLUMN")
    cursor.skip_if_exists()
    yield from _stated(column(cursor), table)


def _changed(cursor: Cursor, table: str) -> Iterator[Act]:
    """MySQL's `CHANGE`: the same under another name."""
    cursor.take("COLUMN")
    cursor.skip_if_exists()
    old = cursor.name()
    made = column(cursor)
    if made.name != old:
        yield acts.RenameColumn(table=table, column=old, name=made.name)
    yield from _stated(made, table)


def _stated(made: acts.Column, table: str) -> Iterator[Act]:
    yield acts.ChangeType(column=made.name, to=made.type, is_redefined=True, table=table)
    if made.is_not_null:
        yield acts.SetNotNull(column=made.name, table=table)


def _renamed(cursor: Cursor, table: str) -> Act:
    if cursor.take_any("CONSTRAINT", "INDEX", "KEY"):
        return acts.AlterOther(what="rename constraint", table=table)
    if cursor.take_any("TO", "AS"):
        return acts.RenameTable(name=cursor.name(), table=table)
    cursor.take("COLUMN")
    old = cursor.name()
    if cursor.take("TO"):
        return acts.RenameColumn(column=old, name=cursor.name(), table=table)
    return acts.RenameTable(name=old, table=table)  # MySQL and SQLite may leave the word out


def _partition(cursor: Cursor, table: str) -> Act:
    is_attached = cursor.take("ATTACH")
    cursor.take_any("DETACH")
    cursor.take("PARTITION")
    name = cursor.name()
    if cursor.says("FINALIZE"):  # of what was detached concurrently before
        return acts.AlterOther(what="detach partition finalize")
    is_concurrent = cursor.take("CONCURRENTLY")
    bounds = cursor.rest() if is_attached else ""
    return acts.Partition(table=table, name=name, is_attached=is_attached, is_concurrent=is_concurrent, bounds=bounds)
