"""Reads each statement of a script for what it does.

What defines, grants, locks and maintains is read here, word by word, for PostgreSQL, MySQL and SQLite alike where they mean
the same: of what PostgreSQL knows, the library that reads queries keeps half as an opaque command. A statement whose first words
nobody knows is `Unclear`; nothing is ever left out.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.facts.sql.alter_table import alter_table
from weighbridge.facts.sql.blocks import Step, steps_of
from weighbridge.facts.sql.create import create
from weighbridge.facts.sql.cursor import Cursor, plain, spelled
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
_Body = tuple[str, int, str]
"""A text that runs, the line that it begins on, and how it comes to run."""
_BLOCKS: Final = ("do", "function")
"""What is written in a block's language, with its words around statements."""
_LONGEST_SHOWN: Final = 20
MOST_DEEDS: Final = 20_000
"""A script that does more things is no migration anybody reads; rows that are added or asked for do not count."""
_LIGHT: Final = (acts.Insert, acts.Query, acts.Remark)
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


@lru_cache(256)
def read_deeds(text: str, first_line: int = 1) -> Deeds:
    """What a script does, those blocks included that run when it does."""
    return _Reader().read(text, first_line)


class _Reader:
    """Reads a script with the blocks in it; remembers what routines it makes, as it may call them."""

    def __init__(self) -> None:
        self._routines: dict[str, Token | None] = {}
        """The bodies of the routines that the script makes, by name; None where one is written in words of its own."""
        self._left = MOST_DEEDS

    def read(self, text: str, first_line: int, *, inside: str = "", depth: int = 0) -> Deeds:
        """What `text` does."""
        script = read_sql(text, first_line)
        found: list[Deed] = []
        unread = list(script.unread)
        steps = (
            steps_of(script.statements)
            if inside in _BLOCKS
            else (Step(tokens=each.tokens) for each in script.statements)
        )
        for step in steps:
            if self._left <= 0:
                last = script.statements[-1].end_line
                unread.append(Unread(step.statement.line, last, f"what comes after {MOST_DEEDS:,} statements"))
                break
            deed = _deed(step, text, inside=inside)
            found.append(deed)
            self._left -= sum(not isinstance(act, _LIGHT) for act in deed.acts)
            inner = self._within(step.statement, deed, depth=depth)
            found += inner.statements
            unread += inner.unread
            unread += _unclear(deed)
        return Deeds(statements=tuple(found), unread=tuple(unread))

    def _within(self, statement: Statement, deed: Deed, *, depth: int) -> Deeds:
        """What runs with a statement: the block that it is, the text that it executes, the routine that it calls."""
        first = statement.tokens[0]
        if first.says("CREATE"):
            self._remember(statement, deed)
            return Deeds()
        if first.says("DO"):
            bodies, why = _bodies(statement)
        elif first.says("EXECUTE") and deed.inside:
            bodies, why = _executed(statement)
        elif first.says("PREPARE") and any(token.says("FROM") for token in statement.tokens[:3]):
            bodies, why = [], "a statement that is put together when it runs"
        else:
            bodies, why = self._called(statement, deed)
        if bodies and depth == MOST_NESTED:
            bodies, why = [], "a block within too many blocks"
        if why:
            return Deeds(unread=(Unread(statement.line, statement.end_line, why),))
        deeds = [self.read(text, line, inside=how, depth=depth + 1) for text, line, how in bodies]
        return Deeds(
            statements=tuple(each for deed in deeds for each in deed.statements),
            unread=tuple(each for deed in deeds for each in deed.unread),
        )

    def _remember(self, statement: Statement, deed: Deed) -> None:
        for act in deed.acts:
            if isinstance(act, acts.Create) and act.kind in ("function", "procedure"):
                body = next((token for token in statement.tokens if token.kind is TokenKind.BODY), None)
                self._routines[act.name.rpartition(".")[2]] = body

    def _called(self, statement: Statement, deed: Deed) -> tuple[list[_Body], str]:
        """The routines of the script's own that a query or a call runs."""
        if not self._routines or not any(isinstance(act, acts.Query | acts.Run) for act in deed.acts):
            return [], ""
        found: list[_Body] = []
        for at, token in enumerate(statement.tokens[:-1]):
            name = plain(token)
            if token.is_name and statement.tokens[at + 1].says("(") and name in self._routines:
                body = self._routines.pop(name)
                if body is None:
                    return [], f"what `{name}` does, which the script makes and runs"
                found.append((body.text, body.line, "function"))
        return found, ""


def _unclear(deed: Deed) -> list[Unread]:
    return [
        Unread(act.line, act.end_line, f"a statement that nobody here knows (`{act.words}`)")
        for act in deed.acts
        if isinstance(act, acts.Unclear)
    ]


def _bodies(statement: Statement) -> tuple[list[_Body], str]:
    """The text of a `DO` block."""
    language = next(
        (
            plain(statement.tokens[at + 1]).lower()
            for at, token in enumerate(statement.tokens[:-1])
            if token.says("LANGUAGE")
        ),
        "plpgsql",
    )
    if language not in ("plpgsql", "sql"):
        return [], f"a block in {language}"
    found = [(token.text, token.line, "do") for token in statement.tokens if token.kind is TokenKind.BODY]
    found += [
        (token.text.replace("''", "'"), token.line, "do") for token in statement.tokens if token.kind is TokenKind.TEXT
    ]
    return found, "" if found else "a block without a text"


def _executed(statement: Statement) -> tuple[list[_Body], str]:
    """The statement that a block executes, where it stands there as a whole; else it is put together when it runs."""
    first, *more = statement.tokens[1:] or statement.tokens
    if first.kind in (TokenKind.TEXT, TokenKind.BODY) and (not more or more[0].says("INTO", "USING")):
        text = first.text if first.kind is TokenKind.BODY else first.text.replace("''", "'")
        return [(text, first.line, "executed")], ""
    return [], "a statement that is put together when it runs"


def _deed(step: Step, text: str, *, inside: str) -> Deed:
    statement = step.statement
    tokens = statement.tokens
    if step.is_silent:
        done: tuple[Act, ...] = (_placed(acts.Remark(kind="block"), statement),)
    elif step.is_unread:
        done = ()
    else:
        done = tuple(_placed(act, statement) for act in _acts(Cursor(tokens, text)))
    if not done:
        done = (_placed(acts.Unclear(words=_first_words(tokens, text)), statement),)
    return Deed(acts=done, text=spelled(tokens, text), line=statement.line, end_line=statement.end_line, inside=inside)


def _first_words(tokens: tuple[Token, ...], text: str) -> str:
    return Cursor(tokens, text).first_words(3) or tokens[0].text[:_LONGEST_SHOWN]


def _placed(act: Act, statement: Statement) -> Act:
    return act if act.line else replace(act, line=statement.line, end_line=statement.end_line)


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
    if not cursor.says("WITH", "EXPLAIN", "PREPARE"):
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


def _reassign(cursor: Cursor) -> Iterator[Act]:
    yield acts.AlterOther(what=f"reassign {cursor.first_words()}")


def _explain(cursor: Cursor) -> Iterator[Act]:
    """What `ANALYZE` is said of is done, not only planned."""
    options = cursor.inside()
    if cursor.take("ANALYZE") or (options is not None and options.skip_to("ANALYZE")):
        cursor.take("VERBOSE")
        if not cursor.says("EXPLAIN", "PREPARE"):
            yield from _acts(cursor)
    else:
        yield acts.Remark(kind="explain")


def _merge(cursor: Cursor) -> Iterator[Act]:
    cursor.take("INTO")
    cursor.take("ONLY")
    yield acts.Run(kind="merge", table=cursor.name())


def _prepare(cursor: Cursor) -> Iterator[Act]:
    """A statement that is named now and done later: taken for done."""
    cursor.name()
    cursor.inside()
    if not cursor.take("AS"):
        yield acts.Run(kind="prepare")
    elif not cursor.says("EXPLAIN", "PREPARE"):
        yield from _acts(cursor)


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
    "MERGE": _merge,
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
    "EXPLAIN": _explain,
    "NOTIFY": partial(_remark, "notify"),
    "UNLOCK": partial(_remark, "unlock"),
    "COPY": partial(_run, "copy"),
    "CALL": partial(_run, "call"),
    "EXEC": partial(_run, "call"),
    "EXECUTE": partial(_run, "execute"),
    "DO": partial(_run, "do"),
    "PERFORM": partial(_run, "perform"),
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
            "DECLARE",
            "FETCH",
            "CLOSE",
            "MOVE",
            "DEALLOCATE",
            "DISCARD",
            "LOAD",
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
