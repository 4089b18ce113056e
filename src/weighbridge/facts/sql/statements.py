"""Reads one statement for what it does, by its first words."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.facts.sql.alter_table import alter_table
from weighbridge.facts.sql.create import create
from weighbridge.facts.sql.cursor import Cursor, plain
from weighbridge.facts.sql.lexemes import Token, TokenKind
from weighbridge.facts.sql.merge import insert, merge
from weighbridge.facts.sql.others import (
    alter_other,
    delete,
    drop,
    grant,
    lock,
    maintain,
    reindex,
    set_,
    transaction,
    truncate,
    update,
)
from weighbridge.facts.sql.routines import is_definition
from weighbridge.facts.sql.writes import parts_of

_Read = Callable[[Cursor], Iterator[Act]]


def acts_of(tokens: tuple[Token, ...], text: str) -> tuple[Act, ...]:
    """What a statement does, and the statements within it; none where its first words are not known."""
    heads = _heads(Cursor(tokens, text))
    if heads.is_told:
        return (acts.Remark(kind="explain"),)
    whole = tuple(_acts(Cursor(tokens[heads.end :], text)))
    if is_definition(whole):
        return whole
    found: list[Act] = list(_settings(tokens)) if any(isinstance(act, acts.Query) for act in whole) else []
    for part in parts_of(tokens, heads.end):
        is_main = part[0] is tokens[min(heads.end, len(tokens) - 1)]
        is_all = is_main and len(part) == len(tokens) - heads.end
        read = whole if is_all else tuple(_acts(Cursor(part, text)))
        if is_main and heads.limited:
            read = tuple(_limited(act, part, names=heads.limited) for act in read)
        found += read if is_all else (_placed(act, part) for act in read)
    return tuple(found)


def _settings(tokens: tuple[Token, ...]) -> Iterator[Act]:
    """What PostgreSQL's function `set_config('name', 'value', …)` sets."""
    for at, token in enumerate(tokens[:-4]):
        if token.kind is TokenKind.WORD and token.text.lower() == "set_config" and tokens[at + 1].says("("):
            name, comma, value = tokens[at + 2 : at + 5]
            if name.is_text and comma.says(",") and value.is_text:
                is_local = any(each.says("TRUE") for each in tokens[at + 5 : at + 7])
                yield acts.SetParameter(name=name.text.lower(), value=value.text.lower(), is_local=is_local)


def _placed(act: Act, part: tuple[Token, ...]) -> Act:
    return act if act.line else replace(act, line=part[0].line, end_line=part[-1].line)


class _Heads(Struct, frozen=True):
    """What stands before a statement: it begins at `end`. `limited` are the common tables that hold a few rows."""

    end: int = 0
    limited: frozenset[str] = frozenset()
    is_told: bool = False
    """Whether the statement is only explained."""


def _heads(cursor: Cursor) -> _Heads:
    limited: set[str] = set()
    while True:
        if cursor.follows("WITH") and not cursor.follows("WITH", "XMLNAMESPACES"):
            cursor.advance()
            limited |= _common_tables(cursor)
        elif cursor.take("EXPLAIN"):
            options = cursor.inside()
            if not cursor.take("ANALYZE") and not (options is not None and options.skip_to("ANALYZE")):
                return _Heads(is_told=True)
            cursor.take("VERBOSE")
        elif cursor.says("PREPARE") and _is_prepared(cursor):
            pass
        else:
            return _Heads(cursor.at, frozenset(limited))


def _is_prepared(cursor: Cursor) -> bool:
    """Whether a statement is named now and done later, whose head is passed over: it is taken for done."""
    ahead = cursor.copy()
    ahead.advance()
    ahead.name()
    ahead.inside()
    if not ahead.take("AS"):
        return False
    cursor.go_to(ahead)
    return True


def _common_tables(cursor: Cursor) -> set[str]:
    """The common tables that hold a few rows; all of them are passed over."""
    cursor.take("RECURSIVE")
    limited: set[str] = set()
    while name := cursor.name():
        cursor.inside() if cursor.says("(") else None
        cursor.take("AS")
        cursor.take("NOT")
        cursor.take("MATERIALIZED")
        inside = cursor.inside()
        if inside is not None and inside.is_limited():
            limited.add(name)
        while cursor.says("SEARCH", "CYCLE"):
            cursor.advance()
            cursor.skip_to(",", "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "SEARCH", "CYCLE")
        if not cursor.take(","):
            break
    return limited


def _limited(act: Act, tokens: tuple[Token, ...], *, names: frozenset[str]) -> Act:
    """The act with whether its rows are held against a common table that holds a few."""
    if not isinstance(act, acts.Update | acts.Delete) or act.where is None:
        return act
    named = any(token.is_name and plain(token) in names for token in tokens)
    is_held = named and any(f"{name}." in act.where.text or f" {name}" in act.where.text for name in names)
    return replace(act, is_limited=True) if is_held else act


def _acts(cursor: Cursor) -> Iterator[Act]:
    token = cursor.peek()
    if token is None:
        return
    if token.says("(", "SELECT", "VALUES", "TABLE"):
        yield acts.Query(text=cursor.rest())
        return
    word = token.text.upper()
    read = _READERS.get(word)
    if read is None:
        return
    cursor.advance()
    yield from read(cursor)


def _alter(cursor: Cursor) -> Iterator[Act]:
    cursor.take_any("IGNORE", "ONLINE", "FOREIGN")
    if cursor.take("TABLE"):
        if cursor.take("ALL", "IN", "TABLESPACE"):
            yield acts.AlterOther(what="alter table all in tablespace", rewrites=True)
            return
        yield from alter_table(cursor)
    else:
        yield from alter_other(cursor)


def _start(cursor: Cursor) -> Iterator[Act]:
    yield acts.Transaction(kind="begin") if cursor.take("TRANSACTION") else acts.Remark(kind="start")


def _remark(kind: str, cursor: Cursor) -> Iterator[Act]:
    del cursor
    yield acts.Remark(kind=kind)


def _run(kind: str, cursor: Cursor) -> Iterator[Act]:
    del cursor
    yield acts.Run(kind=kind)


def _begin(cursor: Cursor) -> Iterator[Act]:
    cursor.take_any("DEFERRED", "IMMEDIATE", "EXCLUSIVE", "CONCURRENT")
    cursor.take_any("TRANSACTION", "TRAN", "WORK")
    yield acts.Transaction(kind="begin")
    if cursor.follows("NOT", "ATOMIC"):
        yield acts.Unclear(words="begin not atomic")


def _transaction(kind: str, cursor: Cursor) -> Iterator[Act]:
    del cursor
    return transaction(kind)


def _rollback(cursor: Cursor) -> Iterator[Act]:
    yield acts.Transaction(kind="rollback to" if cursor.skip_to("TO") else "rollback")


def _maintained(how: str, cursor: Cursor) -> Iterator[Act]:
    return maintain(cursor, how)


def _load(cursor: Cursor) -> Iterator[Act]:
    """MySQL adds the rows of a file; PostgreSQL loads a library."""
    if cursor.take_any("DATA", "XML"):
        is_replacing = cursor.until("TABLE").skip_to("REPLACE")
        cursor.skip_to("TABLE")
        cursor.take("TABLE")
        table = cursor.name()
        yield acts.Insert(table=table)
        if is_replacing:
            yield acts.Update(table=table, where=acts.Value("what is added collides with them"))
    else:
        yield acts.Remark(kind="load")


def _rename(cursor: Cursor) -> Iterator[Act]:
    """MySQL: `RENAME TABLE a TO b, c TO d`."""
    if not cursor.take("TABLE"):
        return
    for part in cursor.parts():
        old = part.name()
        part.take("TO")
        yield acts.RenameTable(table=old, name=part.name())


def _reassign(cursor: Cursor) -> Iterator[Act]:
    yield acts.AlterOther(what=f"reassign {cursor.first_words()}")


def _prepare(cursor: Cursor) -> Iterator[Act]:
    del cursor
    yield acts.Run(kind="prepare")


def _comment(cursor: Cursor) -> Iterator[Act]:
    return _remark("comment", cursor)


_READERS: Final[Mapping[str, _Read]] = {
    "ALTER": _alter,
    "CREATE": create,
    "DROP": drop,
    "TRUNCATE": truncate,
    "RENAME": _rename,
    "GRANT": partial(grant, is_given=True),
    "REVOKE": partial(grant, is_given=False),
    "SET": set_,
    "BEGIN": _begin,
    "START": _start,
    "COMMIT": partial(_transaction, "commit"),
    "END": partial(_transaction, "commit"),
    "ROLLBACK": _rollback,
    "ABORT": partial(_transaction, "rollback"),
    "SAVEPOINT": partial(_transaction, "savepoint"),
    "RELEASE": partial(_transaction, "release"),
    "LOCK": lock,
    "INSERT": insert,
    "REPLACE": partial(insert, is_replacing=True),
    "UPDATE": update,
    "DELETE": delete,
    "MERGE": merge,
    "VACUUM": partial(_maintained, "vacuum"),
    "ANALYZE": partial(_maintained, "analyze"),
    "ANALYSE": partial(_maintained, "analyze"),
    "CLUSTER": partial(_maintained, "cluster"),
    "REFRESH": partial(_maintained, "refresh"),
    "OPTIMIZE": partial(_maintained, "optimize"),
    "REINDEX": reindex,
    "COMMENT": _comment,
    "SECURITY": partial(_remark, "label"),
    "RESET": partial(_remark, "reset"),
    "SHOW": partial(_remark, "show"),
    "USE": partial(_remark, "use"),
    "PRAGMA": partial(_remark, "pragma"),
    "PURGE": partial(_remark, "purge"),
    "NOTIFY": partial(_remark, "notify"),
    "UNLOCK": partial(_remark, "unlock"),
    "COPY": partial(_run, "copy"),
    "CALL": partial(_run, "call"),
    "EXEC": partial(_run, "call"),
    "EXECUTE": partial(_run, "execute"),
    "DO": partial(_run, "do"),
    "PERFORM": partial(_run, "perform"),
    "LOAD": _load,
    "IMPORT": partial(_run, "import"),
    "REASSIGN": _reassign,
    "PREPARE": _prepare,
    "CHECK": partial(_maintained, "check"),
    "REPAIR": partial(_maintained, "repair"),
    **{
        word: partial(_remark, word.lower())
        for word in (
            "CHECKPOINT",
            "LISTEN",
            "UNLISTEN",
            "CHECKSUM",
            "DECLARE",
            "GET",
            "SIGNAL",
            "RESIGNAL",
            "FETCH",
            "CLOSE",
            "MOVE",
            "DEALLOCATE",
            "DISCARD",
            "ATTACH",
            "DETACH",
            "FLUSH",
            "DESCRIBE",
            "DESC",
            "PRINT",
            "HANDLER",
            "HELP",
        )
    },
}
