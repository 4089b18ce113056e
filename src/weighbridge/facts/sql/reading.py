"""Reads each statement of a script for what it does.

What defines, grants, locks and maintains is read here, word by word, for PostgreSQL, MySQL and SQLite alike where they mean
the same: of what PostgreSQL knows, the library that reads queries keeps half as an opaque command. A statement whose first words
nobody knows is `Unclear`; nothing is ever left out.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.facts.sql.alter_table import alter_table
from weighbridge.facts.sql.create import create
from weighbridge.facts.sql.cursor import Cursor, spelled
from weighbridge.facts.sql.others import (
    alter_other,
    delete,
    drop,
    grant,
    insert,
    lock,
    maintain,
    reindex,
    set_,
    transaction,
    truncate,
    update,
)
from weighbridge.facts.sql.tokens import Statement, Token, TokenKind, Unread, read_sql

_Read = Callable[[Cursor], Iterator[Act]]
MOST_NESTED: Final = 4
"""How deep blocks within blocks are read."""


class Deed(Struct, frozen=True, kw_only=True, gc=False):
    """One statement with what it does; `text` is as written. `inside` says in what block it stands, empty where in none."""

    acts: tuple[Act, ...]
    text: str
    line: int
    end_line: int
    inside: str = ""
    part: int = 0
    """The part of its script that it is committed with; negative where it is committed for itself."""


class Deeds(Struct, frozen=True, kw_only=True):
    """A script's statements, in order, and the lines that could not be read."""

    statements: tuple[Deed, ...] = ()
    unread: tuple[Unread, ...] = ()


def read_deeds(text: str, first_line: int = 1) -> Deeds:
    """What a script does, those blocks included that run when it does."""
    return _deeds(text, first_line, inside="", depth=0)


def _deeds(text: str, first_line: int, *, inside: str, depth: int) -> Deeds:
    script = read_sql(text, first_line)
    found: list[Deed] = []
    unread = list(script.unread)
    for statement in script.statements:
        found.append(_deed(statement, text, inside=inside))
        if statement.tokens[0].says("DO"):
            if depth == MOST_NESTED:
                unread.append(Unread(statement.line, statement.end_line, "a block within too many blocks"))
                continue
            for token in statement.tokens:
                if token.kind is TokenKind.BODY:
                    inner = _deeds(token.text, token.line, inside="do", depth=depth + 1)
                    found += inner.statements
                    unread += inner.unread
    return Deeds(statements=tuple(found), unread=tuple(unread))


def _deed(statement: Statement, text: str, *, inside: str) -> Deed:
    tokens = statement.tokens
    if inside:
        tokens = _behind_words(tokens)
    cursor = Cursor(tokens, text)
    done = tuple(_placed(act, statement) for act in _acts(cursor))
    if not done and tokens:
        done = (_placed(acts.Unclear(words=Cursor(tokens, text).first_words(3)), statement),)
    return Deed(
        acts=done,
        text=spelled(statement.tokens, text),
        line=statement.line,
        end_line=statement.end_line,
        inside=inside,
    )


def _placed(act: Act, statement: Statement) -> Act:
    return act if act.line else replace(act, line=statement.line, end_line=statement.end_line)


_BLOCK_WORDS: Final = ("BEGIN", "THEN", "ELSE", "LOOP", "DECLARE")


def _behind_words(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens behind the last word of a block's language."""
    for at in range(len(tokens) - 1, -1, -1):
        if tokens[at].says(*_BLOCK_WORDS):
            return tokens[at + 1 :] or tokens
    return tokens


def _acts(cursor: Cursor) -> Iterator[Act]:
    token = cursor.peek()
    if token is None:
        return
    if token.kind is TokenKind.SYMBOL and token.text == "(":
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


def _query(cursor: Cursor) -> Iterator[Act]:
    yield acts.Query(text=cursor.rest())


def _with(cursor: Cursor) -> Iterator[Act]:
    """A statement with common tables before it: those that write do so too."""
    cursor.take("RECURSIVE")
    while True:
        cursor.name()
        cursor.inside() if cursor.says("(") else None
        cursor.take("AS")
        cursor.take("NOT")
        cursor.take("MATERIALIZED")
        inside = cursor.inside()
        if inside is not None and inside.says("INSERT", "UPDATE", "DELETE", "MERGE"):
            yield from _acts(inside)
        if not cursor.take(","):
            break
    if cursor.says("SELECT", "TABLE", "VALUES", "("):
        yield acts.Query(text=cursor.rest())
    else:
        yield from _acts(cursor)


def _start(cursor: Cursor) -> Iterator[Act]:
    yield acts.Transaction(kind="begin") if cursor.take("TRANSACTION") else acts.Remark(kind="start")


def _remark(kind: str, cursor: Cursor) -> Iterator[Act]:
    del cursor
    yield acts.Remark(kind=kind)


def _run(kind: str, cursor: Cursor) -> Iterator[Act]:
    del cursor
    yield acts.Run(kind=kind)


def _transaction(kind: str, cursor: Cursor) -> Iterator[Act]:
    del cursor
    return transaction(kind)


def _rollback(cursor: Cursor) -> Iterator[Act]:
    yield acts.Transaction(kind="rollback to" if cursor.skip_to("TO") else "rollback")


def _maintained(how: str, cursor: Cursor) -> Iterator[Act]:
    return maintain(cursor, how)


def _rename(cursor: Cursor) -> Iterator[Act]:
    """MySQL: `RENAME TABLE a TO b, c TO d`."""
    if not cursor.take("TABLE"):
        return
    for part in cursor.parts():
        old = part.name()
        part.take("TO")
        yield acts.RenameTable(table=old, name=part.name())


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
    "BEGIN": partial(_transaction, "begin"),
    "START": _start,
    "COMMIT": partial(_transaction, "commit"),
    "END": partial(_transaction, "commit"),
    "ROLLBACK": _rollback,
    "ABORT": partial(_transaction, "rollback"),
    "SAVEPOINT": partial(_transaction, "savepoint"),
    "RELEASE": partial(_transaction, "release"),
    "LOCK": lock,
    "INSERT": insert,
    "REPLACE": insert,
    "UPDATE": update,
    "DELETE": delete,
    "MERGE": partial(_run, "merge"),
    "SELECT": _query,
    "VALUES": _query,
    "TABLE": _query,
    "WITH": _with,
    "VACUUM": partial(_maintained, "vacuum"),
    "ANALYZE": partial(_maintained, "analyze"),
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
    "EXPLAIN": partial(_remark, "explain"),
    "NOTIFY": partial(_remark, "notify"),
    "UNLOCK": partial(_remark, "unlock"),
    "COPY": partial(_run, "copy"),
    "CALL": partial(_run, "call"),
    "EXEC": partial(_run, "call"),
    "EXECUTE": partial(_run, "execute"),
    "DO": partial(_run, "do"),
    "PERFORM": partial(_run, "perform"),
    "IMPORT": partial(_run, "import"),
}
