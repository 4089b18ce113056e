"""Reads what is neither `CREATE` nor `ALTER TABLE`: drops, rights, settings, transactions, and rows written or asked for."""

from collections.abc import Iterator

from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Value
from weighbridge.facts.sql.create import kind_of
from weighbridge.facts.sql.cursor import Cursor
from weighbridge.facts.sql.merge import BEHIND_ROWS, assigned


def drop(cursor: Cursor) -> Iterator[Act]:
    """What is dropped, from behind `DROP` on."""
    is_temporary = cursor.take_any("TEMPORARY", "TEMP") != ""
    if cursor.take("TABLE") or cursor.take("FOREIGN", "TABLE"):
        yield from _tables(cursor, is_temporary=is_temporary)
    elif cursor.take("INDEX"):
        yield from _indexes(cursor)
    else:
        kind = kind_of(cursor)
        if not kind:
            yield acts.Unclear(words=f"drop {cursor.first_words(3)}".strip())
            return
        yield from _things(cursor, kind)


def _tables(cursor: Cursor, *, is_temporary: bool) -> Iterator[Act]:
    is_conditional = cursor.skip_if_exists()
    names, lines = _listed(cursor)
    is_cascading = cursor.take("CASCADE")
    for name, line in zip(names, lines, strict=True):
        yield acts.DropTable(
            table=name,
            is_temporary=is_temporary or name.startswith("#"),
            is_conditional=is_conditional,
            is_cascading=is_cascading,
            line=line,
            end_line=line,
        )


def _indexes(cursor: Cursor) -> Iterator[Act]:
    is_concurrent = cursor.take("CONCURRENTLY")
    is_conditional = cursor.skip_if_exists()
    names, lines = _listed(cursor)
    table = cursor.name() if cursor.take("ON") else ""
    for name, line in zip(names, lines, strict=True):
        yield acts.DropIndex(
            table=table, name=name, is_concurrent=is_concurrent, is_conditional=is_conditional, line=line, end_line=line
        )


def _things(cursor: Cursor, kind: str) -> Iterator[Act]:
    is_conditional = cursor.skip_if_exists()
    if kind in ("operator", "cast") or (kind in ("role", "user") and not cursor.copy().name()):  # no plain names
        whole = cursor.until("CASCADE", "RESTRICT")
        lines = [whole.line]
        names = [whole.rest()]
    else:
        names, lines = _listed(cursor)
        cursor.inside()
    table = cursor.name() if cursor.take("ON") else ""
    is_cascading = cursor.skip_to("CASCADE")
    for name, line in zip(names, lines, strict=True):
        yield acts.Drop(
            kind=kind,
            name=name,
            table=table,
            is_conditional=is_conditional,
            is_cascading=is_cascading,
            line=line,
            end_line=line,
        )


def _listed(cursor: Cursor) -> tuple[list[str], list[int]]:
    """Names, separated by commas, and the line of each."""
    names: list[str] = []
    lines: list[int] = []
    while True:
        line = cursor.line
        cursor.take("ONLY")
        if not (name := cursor.name()):
            break
        names.append(name)
        lines.append(line)
        cursor.take("*")
        cursor.inside()
        if not cursor.take(","):
            break
    return names, lines


def truncate(cursor: Cursor) -> Iterator[Act]:
    """Tables emptied."""
    cursor.take("TABLE")
    names, lines = _listed(cursor)
    is_cascading = cursor.skip_to("CASCADE")
    for name, line in zip(names, lines, strict=True):
        yield acts.Truncate(table=name, is_cascading=is_cascading, line=line, end_line=line)


def grant(cursor: Cursor, *, is_given: bool, is_default: bool = False) -> Iterator[Act]:
    """Rights given or taken away."""
    cursor.take("GRANT", "OPTION", "FOR")
    rights = [
        part.name() if part.peek(1) is None else part.rest().lower()
        for part in cursor.until("ON", "TO", "FROM").parts()
    ]
    on = cursor.until("TO", "FROM").rest() if cursor.take("ON") else ""
    cursor.take_any("TO", "FROM")
    to = [part.rest() for part in cursor.until("WITH", "GRANTED", "CASCADE", "RESTRICT").parts()]
    may_pass_on = cursor.take("WITH", "GRANT", "OPTION") or cursor.take("WITH", "ADMIN")
    yield acts.Grant(
        is_given=is_given,
        rights=tuple(rights),
        on=on,
        to=tuple(to),
        may_pass_on=may_pass_on,
        is_default=is_default,
        table="" if is_default else _table_of(on),
    )


def _table_of(on: str) -> str:
    """The table that rights are over, where it is one."""
    words = on.split()
    if words[:1] and words[0].upper() == "TABLE":
        words = words[1:]
    return words[0].replace('"', "").replace("`", "").lower() if len(words) == 1 and "*" not in on else ""


def set_(cursor: Cursor) -> Iterator[Act]:
    """A setting; of a session where it does not say `LOCAL`."""
    is_local, called = cursor.take("LOCAL"), ""
    cursor.take_any("SESSION", "GLOBAL", "PERSIST")
    if cursor.says("TRANSACTION", "CONSTRAINTS", "ROLE", "AUTHORIZATION", "NAMES"):
        name = cursor.first_words(1)
        cursor.advance()
        yield acts.SetParameter(name=name, value=cursor.rest().lower(), is_local=is_local)
        return
    name, value = "", ""
    for part in cursor.parts():
        text = part.rest().strip("'\"")
        called = part.name().lstrip("@")
        if part.take("TO") or part.take(":", "=") or part.take("="):
            if name:
                yield acts.SetParameter(name=name, value=value, is_local=is_local)
            name, value = called, part.rest().strip("'\"")
        else:
            value += f", {text}"  # one more of a setting that is a list
    yield acts.SetParameter(name=name or called, value=value, is_local=is_local)


def transaction(kind: str) -> Iterator[Act]:
    """Where a transaction begins or ends."""
    yield acts.Transaction(kind=kind)


def lock(cursor: Cursor) -> Iterator[Act]:
    """Tables locked outright."""
    if cursor.take("TABLES"):  # MySQL: each with a mode of its own
        for part in cursor.parts():
            table = part.name()
            mode = "access exclusive" if part.skip_to("WRITE") else "share"
            yield acts.Lock(table=table, mode=mode, line=part.last_line, end_line=part.last_line)
        return
    cursor.take("TABLE")
    names, lines = _listed(cursor)
    cursor.take("IN")
    mode = cursor.until("MODE", "NOWAIT").rest().lower() or "access exclusive"
    for name, line in zip(names, lines, strict=True):
        yield acts.Lock(table=name, mode=mode, line=line, end_line=line)


def update(cursor: Cursor) -> Iterator[Act]:
    """Rows changed."""
    if cursor.take("OR"):  # SQLite
        cursor.advance()
    cursor.take_any("LOW_PRIORITY", "IGNORE")
    cursor.take("ONLY")
    table = cursor.name()
    joined = _joined(cursor.until("SET"))
    columns = assigned(cursor) if cursor.says("SET") else ()
    where = cursor.value(*BEHIND_ROWS) if cursor.skip_to("WHERE", *BEHIND_ROWS) and cursor.take("WHERE") else None
    yield acts.Update(table=table, columns=columns, where=where or joined, is_limited=cursor.is_limited())


def _joined(cursor: Cursor) -> Value | None:
    """The condition by which MySQL joins other tables to the one that is written."""
    if cursor.skip_to("JOIN") and cursor.skip_to("ON", "USING") and cursor.take_any("ON", "USING"):
        return cursor.value()
    return None


def delete(cursor: Cursor) -> Iterator[Act]:
    """Rows deleted."""
    while cursor.take_any("LOW_PRIORITY", "QUICK", "IGNORE"):
        pass
    cursor.take("FROM")
    cursor.take("ONLY")
    table = cursor.name()
    joined = _joined(cursor.until("WHERE", *BEHIND_ROWS))
    where = cursor.value(*BEHIND_ROWS) if cursor.skip_to("WHERE", *BEHIND_ROWS) and cursor.take("WHERE") else None
    yield acts.Delete(table=table, where=where or joined, is_limited=cursor.is_limited())


def alter_other(cursor: Cursor) -> Iterator[Act]:
    """What is altered that is no table."""
    if cursor.take("DEFAULT", "PRIVILEGES"):
        if cursor.skip_to("GRANT", "REVOKE"):
            yield from grant(cursor, is_given=cursor.take_any("GRANT", "REVOKE") == "grant", is_default=True)
        return
    if cursor.take("INDEX"):
        cursor.skip_if_exists()
        is_moved = cursor.follows("ALL", "IN", "TABLESPACE") or not cursor.name() or cursor.follows("SET", "TABLESPACE")
        yield acts.AlterOther(what=f"alter index {cursor.first_words()}", rewrites=is_moved)
        return
    if cursor.take("SYSTEM"):
        yield acts.AlterOther(what=f"alter system {cursor.first_words()}")
        return
    kind = kind_of(cursor)
    if not kind:
        yield acts.Unclear(words=f"alter {cursor.first_words(3)}".strip())
        return
    cursor.skip_if_exists()
    name = cursor.name()
    cursor.inside()
    if kind == "type" and not cursor.says("RENAME", "SET"):
        yield from _type(cursor, name)
    elif kind in ("view", "materialized view"):
        yield _view(cursor, name, kind=kind)
    elif cursor.follows("RENAME") or cursor.follows("SET", "SCHEMA"):
        yield _renamed(cursor, name, kind=kind)
    elif kind == "policy":
        table = cursor.name() if cursor.take("ON") else ""
        yield acts.AlterOther(table=table, what=f"alter policy {name}")
    else:
        yield acts.AlterOther(what=f"alter {kind} {cursor.first_words()}")


def _renamed(cursor: Cursor, name: str, *, kind: str) -> Act:
    """Another name or schema; of a type also another name of a value or an attribute."""
    if cursor.take("SET", "SCHEMA"):
        return acts.Rename(kind=kind, name=name, to=f"{cursor.name()}.{name.rpartition('.')[2]}")
    if cursor.take("RENAME", "VALUE"):
        old = _text(cursor)
        cursor.take("TO")
        return acts.AlterEnum(name=name, value=_text(cursor), old=old)
    cursor.take("RENAME")
    if cursor.take("ATTRIBUTE"):
        kind, name = "attribute", f"{name}.{cursor.name()}"
    elif not cursor.says("TO"):
        return acts.AlterOther(what=f"alter {kind} rename {cursor.first_words()}")
    cursor.take("TO")
    return acts.Rename(kind=kind, name=name, to=cursor.name())


def _view(cursor: Cursor, name: str, *, kind: str) -> Act:
    """A view goes by another name, or a column of it; or it is laid elsewhere."""
    if cursor.take("RENAME", "TO"):
        return acts.RenameTable(table=name, name=cursor.name())
    if cursor.take("SET", "SCHEMA"):
        return acts.RenameTable(table=name, name=f"{cursor.name()}.{name.rpartition('.')[2]}")
    if cursor.take("RENAME"):
        cursor.take("COLUMN")
        old = cursor.name()
        cursor.take("TO")
        return acts.RenameColumn(table=name, column=old, name=cursor.name())
    if cursor.follows("SET", "TABLESPACE") or cursor.follows("SET", "ACCESS", "METHOD"):
        return acts.AlterOther(table=name, what=cursor.first_words(), rewrites=True)
    return acts.AlterOther(what=f"alter {kind} {cursor.first_words()}")


def _type(cursor: Cursor, name: str) -> Iterator[Act]:
    if cursor.take("ADD", "VALUE"):
        cursor.skip_if_exists()
        yield acts.AlterEnum(name=name, value=_text(cursor))
        return
    for part in cursor.parts():
        if part.take("DROP", "ATTRIBUTE"):
            part.skip_if_exists()
            attribute = f"{name}.{part.name()}"
            yield acts.Drop(kind="attribute", name=attribute, is_cascading=part.skip_to("CASCADE"))
        else:
            yield acts.AlterOther(what=f"alter type {part.first_words()}")


def _text(cursor: Cursor) -> str:
    token = cursor.advance()
    return token.text if token is not None else ""


def maintain(cursor: Cursor, how: str) -> Iterator[Act]:
    """Work on tables as they lie on the disk."""
    if how == "vacuum":
        inside = cursor.inside()
        is_full = cursor.take("FULL") or (inside is not None and inside.skip_to("FULL"))
        if cursor.take("INTO"):  # SQLite writes a copy
            cursor.advance()
        while cursor.take_any("FREEZE", "VERBOSE", "ANALYZE"):
            pass
        how = "vacuum full" if is_full else how
    elif how == "refresh":
        cursor.take("MATERIALIZED", "VIEW")
        how = "refresh concurrently" if cursor.take("CONCURRENTLY") else how
    elif how in ("optimize", "check", "repair", "analyze", "cluster"):
        cursor.inside()
        cursor.take_any("VERBOSE", "LOCAL")
        cursor.take("TABLE")
    names, _ = _listed(cursor)
    for name in names or [""]:
        yield acts.Maintain(table=name, how=how)


def reindex(cursor: Cursor) -> Iterator[Act]:
    """Indexes built anew."""
    options = cursor.inside()
    kind = cursor.take_any("INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM") or "index"
    is_concurrent = cursor.take("CONCURRENTLY") or (options is not None and options.skip_to("CONCURRENTLY"))
    name = cursor.name()
    yield acts.Reindex(kind=kind, name=name, is_concurrent=is_concurrent, table=name if kind == "table" else "")
