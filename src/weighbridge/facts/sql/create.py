"""Reads `CREATE …`."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.facts.sql.alter_table import indexed, key
from weighbridge.facts.sql.columns import begins_constraint, begins_key, column, constraint
from weighbridge.facts.sql.cursor import Cursor

_OF_INDEXES: Final = ("CLUSTERED", "NONCLUSTERED", "FULLTEXT", "SPATIAL", "INVERTED")
_TEMPORARY: Final = ("TEMPORARY", "TEMP", "GLOBAL", "LOCAL")


def create(cursor: Cursor) -> Iterator[Act]:
    """What is made, from behind `CREATE` on."""
    is_replacing = cursor.take("OR", "REPLACE")
    _skip_definer(cursor)
    is_temporary = False
    while word := cursor.take_any(
        *_TEMPORARY, "UNLOGGED", "FOREIGN", "EXTERNAL", "VIRTUAL", "CONSTRAINT", "RECURSIVE", "DEFINER"
    ):
        if word == "foreign" and cursor.says("DATA"):
            break
        is_temporary = is_temporary or word.upper() in _TEMPORARY
    if cursor.take("TABLE"):
        yield from _table(cursor, is_temporary=is_temporary, is_replacing=is_replacing)
    elif cursor.says("UNIQUE", "INDEX", *_OF_INDEXES):
        yield _index(cursor)
    else:
        yield _other(cursor, is_replacing=is_replacing)


def _skip_definer(cursor: Cursor) -> None:
    """MySQL: `ALGORITHM = … DEFINER = a@b SQL SECURITY …` before a view, a trigger, a procedure."""
    if cursor.says("ALGORITHM", "DEFINER", "SQL"):
        cursor.skip_to("VIEW", "TRIGGER", "FUNCTION", "PROCEDURE", "EVENT")


def _table(cursor: Cursor, *, is_temporary: bool, is_replacing: bool) -> Iterator[Act]:
    is_conditional = cursor.skip_if_exists()
    table = cursor.name()
    columns, constraints, keys, like = [], [], [], ""
    parent = cursor.name() if cursor.take("PARTITION", "OF") else ""
    if cursor.take("LIKE"):
        like = cursor.name()
    for part in cursor.items():
        if part.take("LIKE"):
            like = part.name()
        elif begins_constraint(part):
            if (found := constraint(part)) is not None:
                constraints.append(found)
        elif begins_key(part) and _is_key(part):
            keys.append(key(part, table))
        elif not part.take("EXCLUDE"):
            columns.append(column(part))
    if cursor.take("INHERITS"):
        parent = next(iter(cursor.names()), "")
    bounds = cursor.until("PARTITION", "TABLESPACE", "USING").rest() if parent and cursor.says("FOR", "DEFAULT") else ""
    is_partitioned, partition_key = _partitioned(cursor.copy())
    has_query = cursor.skip_to("AS", "SELECT") and (cursor.take("AS") or cursor.says("SELECT"))
    yield acts.CreateTable(
        table=table,
        columns=tuple(columns),
        constraints=tuple(constraints),
        is_conditional=is_conditional,
        is_temporary=is_temporary or table.startswith("#"),
        is_replacing=is_replacing,
        has_query=has_query,
        like=like,
        parent=parent,
        is_partitioned=is_partitioned,
        key=partition_key,
        bounds=bounds,
    )
    yield from keys


def _partitioned(cursor: Cursor) -> tuple[bool, tuple[str, ...]]:
    """Whether `PARTITION BY` stands ahead, and what it goes by."""
    if not cursor.skip_to("PARTITION"):
        return False, ()
    cursor.advance()
    cursor.take("BY")
    cursor.name()
    return True, tuple(indexed(each) for each in cursor.items())


def _is_key(cursor: Cursor) -> bool:
    """Whether it is an index and no column that goes by such a word: `key text` is one."""
    if cursor.says("FULLTEXT", "SPATIAL"):
        return True
    after, further = cursor.peek(1), cursor.peek(2)
    return after is not None and (after.says("(") or (further is not None and further.says("(") and after.is_name))


def _index(cursor: Cursor) -> Act:
    is_unique, method = False, ""
    while word := cursor.take_any("UNIQUE", *_OF_INDEXES):
        is_unique = is_unique or word == "unique"
        method = word if word in ("fulltext", "spatial") else method
    cursor.take("INDEX")
    is_concurrent = cursor.take("CONCURRENTLY")
    is_conditional = cursor.skip_if_exists()
    name = "" if cursor.says("ON") else cursor.name()
    if cursor.take("USING"):
        method = cursor.name()
    cursor.take("ON")
    is_only = cursor.take("ONLY")
    table = cursor.name()
    if cursor.take("USING"):
        method = cursor.name()
    columns = tuple(indexed(each) for each in cursor.items())
    cursor.inside() if cursor.take("INCLUDE") else None
    is_alike = cursor.take("NULLS", "NOT", "DISTINCT")
    where = cursor.value() if cursor.skip_to("WHERE") and cursor.take("WHERE") else None
    return acts.CreateIndex(
        table=table,
        name=name,
        columns=columns,
        is_unique=is_unique,
        is_concurrent=is_concurrent,
        is_conditional=is_conditional,
        method=method,
        where=where,
        is_only=is_only,
        empty_is_alike=is_alike,
    )


def _other(cursor: Cursor, *, is_replacing: bool) -> Act:
    kind = kind_of(cursor)
    if not kind:
        return acts.Unclear(words=f"create {cursor.first_words(3)}".strip())
    cursor.take("CONCURRENTLY")
    cursor.skip_if_exists()
    if kind == "policy":
        return _policy(cursor)
    name = cursor.name()
    if kind in ("view", "materialized view"):
        cursor.inside()
        value = cursor.value() if cursor.skip_to("AS") and cursor.take("AS") else None
        has_no_data = value is not None and value.text.upper().rstrip().endswith("WITH NO DATA")
        return acts.Create(kind=kind, name=name, is_replacing=is_replacing, value=value, has_no_data=has_no_data)
    if kind == "type" and cursor.take("AS", "ENUM"):
        return acts.Create(kind=kind, name=name, is_replacing=is_replacing, values=_texts(cursor))
    table = ""
    if kind == "trigger" and cursor.skip_to("ON") and cursor.take("ON"):
        table = cursor.name()
    if kind == "rule" and cursor.skip_to("TO") and cursor.take("TO"):
        table = cursor.name()
    return acts.Create(kind=kind, name=name, table=table, is_replacing=is_replacing)


def _texts(cursor: Cursor) -> tuple[str, ...]:
    """The texts that are listed in parentheses."""
    return tuple(token.text for each in cursor.items() if (token := each.peek()) is not None and token.is_text)


def _policy(cursor: Cursor) -> Act:
    name = cursor.name()
    table = cursor.name() if cursor.take("ON") else ""
    value = None
    if cursor.skip_to("USING", "WITH"):
        value = cursor.value()
    return acts.Create(kind="policy", name=name, table=table, value=value)


_KINDS: Final = (
    ("materialized view", ("MATERIALIZED", "VIEW")), ("view", ("VIEW",)), ("schema", ("SCHEMA",)), ("database", ("DATABASE",)),
    ("type", ("TYPE",)), ("domain", ("DOMAIN",)), ("function", ("FUNCTION",)), ("procedure", ("PROCEDURE",)),
    ("aggregate", ("AGGREGATE",)), ("operator class", ("OPERATOR", "CLASS")),
    ("operator family", ("OPERATOR", "FAMILY")), ("operator", ("OPERATOR",)), ("trigger", ("TRIGGER",)), ("event trigger", ("EVENT", "TRIGGER")),
    ("event", ("EVENT",)), ("sequence", ("SEQUENCE",)), ("extension", ("EXTENSION",)), ("policy", ("POLICY",)), ("rule", ("RULE",)),
    ("role", ("ROLE",)), ("user", ("USER",)), ("group", ("GROUP",)), ("publication", ("PUBLICATION",)),
    ("subscription", ("SUBSCRIPTION",)), ("statistics", ("STATISTICS",)), ("collation", ("COLLATION",)), ("cast", ("CAST",)),
    ("language", ("LANGUAGE",)), ("server", ("SERVER",)), ("foreign data wrapper", ("DATA", "WRAPPER")),
    ("foreign data wrapper", ("FOREIGN", "DATA", "WRAPPER")), ("foreign table", ("FOREIGN", "TABLE")),
    ("text search", ("TEXT", "SEARCH")), ("tablespace", ("TABLESPACE",)), ("conversion", ("CONVERSION",)), ("routine", ("ROUTINE",)),
    ("access method", ("ACCESS", "METHOD")), ("transform", ("TRANSFORM",)), ("owned", ("OWNED", "BY")), ("synonym", ("SYNONYM",)),
)  # fmt: skip


def kind_of(cursor: Cursor) -> str:
    """What kind of thing is named here, whose words are passed over; empty where it is none that is known."""
    cursor.take_any("TRUSTED", "PROCEDURAL", "DEFAULT")
    for kind, words in _KINDS:
        if cursor.take(*words):
            if kind == "text search":
                cursor.advance()
            return kind
    return ""
