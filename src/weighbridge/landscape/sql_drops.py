"""What a SQL script drops for good: tables and columns, where they stand, and not what it made itself or undoes."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place
from weighbridge.facts.sql.tokens import Script, Statement, Token, TokenKind, Unread, read_sql

_NO_COLUMN: Final = (
    "CONSTRAINT", "INDEX", "KEY", "PRIMARY", "FOREIGN", "CHECK", "DEFAULT", "PARTITION", "EXPRESSION", "IDENTITY",
    "NOT", "TRIGGER", "PERIOD", "SYSTEM", "UNIQUE", "STATISTICS", "PROJECTION", "POLICY", "ROW",
)  # fmt: skip
_ENDS: Final = ("GO", "CASCADE", "RESTRICT", "END", "PURGE")
_UNDOES: Final = frozenset(
    {"+goose down", "migrate:down", "+migrate down", "//@undo", "+micrate down", "@undo", "rollback", "down migration"}
)
_DOES: Final = frozenset({"+goose up", "migrate:up", "+migrate up", "+micrate up", "@up", "up migration"})


class Drop(Struct, frozen=True, kw_only=True):
    """One thing a statement drops: a column of `table`, or the table itself when `column` is empty."""

    table: str
    column: str
    line: int
    statement: Statement
    is_conditional: bool = False
    """Whether it says `IF EXISTS`."""

    def place(self, path: RepoPath) -> Place:
        """Where it stands in the script at `path`."""
        return Place(path=path, line=self.line, end_line=self.line)


def drops_of(text: str) -> tuple[Drop, ...]:
    """Everything a script drops that it neither made itself nor puts in its place again; its undoing part aside."""
    undoing = undoing_lines(text)
    statements = [s for s in _executed(read_sql(text)) if not _is_in(s.line, undoing)]
    made, renamed = _made(statements), _renamed(statements)
    return tuple(
        drop
        for order, statement in enumerate(statements)
        for drop in _drops(statement)
        if not _is_own(drop, made.get(drop.table), order=order, is_renamed=drop.table in renamed)
    )


def unread_of(text: str) -> tuple[Unread, ...]:
    """The lines of a script that could not be read, blocks that run at once included."""
    script = read_sql(text)
    inner = [part for body in _blocks(script.statements) for part in _unread_in(read_sql(body.text, body.line))]
    return (*script.unread, *inner)


def undoes(path: RepoPath) -> bool:
    """Whether a migration file by its name takes another one back."""
    folders, _, name = path.lower().rpartition("/")
    stem = name.removesuffix(".sql")
    is_flyway = path.rpartition("/")[2][:1] == "U" and stem[1:2].isdigit() and "__" in stem
    words = stem.replace("-", ".").replace("_", ".").split(".")
    return (
        is_flyway
        or words[-1] in ("down", "undo", "rollback", "revert")
        or folders.endswith(("revert", "down", "rollback"))
    )


def undoing_lines(text: str) -> tuple[tuple[int, int], ...]:
    """The line ranges that a migration tool runs only to take the script back."""
    found: list[tuple[int, int]] = []
    start = 0
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        mark = stripped[2:].strip().lower() if stripped.startswith("--") else ""
        if mark in _UNDOES and not start:
            start = number
        elif mark in _DOES and start:
            found.append((start, number - 1))
            start = 0
    return (*found, (start, len(text.splitlines()) + 1)) if start else tuple(found)


def _is_in(line: int, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(first <= line <= last for first, last in ranges)


def _executed(script: Script) -> Iterator[Statement]:
    """The statements that run when the script does: those of a `DO` block too, those a function is made of not."""
    for statement in script.statements:
        if statement.tokens[0].says("DO"):
            for body in _blocks((statement,)):
                yield from read_sql(body.text, body.line).statements
        elif not statement.tokens[0].says("GRANT", "REVOKE", "COMMENT") and not _makes_code(statement):
            yield statement


def _makes_code(statement: Statement) -> bool:
    if not statement.tokens[0].says("CREATE"):
        return False
    return any(token.says("FUNCTION", "PROCEDURE", "TRIGGER", "EVENT") for token in statement.tokens[1:6])


def _blocks(statements: Sequence[Statement]) -> Iterator[Token]:
    for statement in statements:
        if statement.tokens[0].says("DO"):
            yield from (token for token in statement.tokens if token.kind is TokenKind.BODY)


def _unread_in(script: Script) -> Iterator[Unread]:
    yield from script.unread
    for statement in script.statements:
        if any(token.says("EXECUTE") for token in statement.tokens):
            texts = (t for t in statement.tokens if t.kind in (TokenKind.TEXT, TokenKind.BODY))
            if any("drop" in token.text.lower() for token in texts):
                yield Unread(statement.line, statement.end_line, "a statement that is put together when it runs")


def _made(statements: Sequence[Statement]) -> dict[str, int]:
    """The tables that a script creates or renames something to, each with the place of that statement in the script."""
    found: dict[str, int] = {}
    for order, statement in enumerate(statements):
        tokens = statement.tokens
        for at, token in enumerate(tokens[:4]):
            if token.says("TABLE") and tokens[0].says("CREATE"):
                found.setdefault(_name(tokens, _past(tokens, at + 1, "IF", "NOT", "EXISTS"))[0], order)
    return found | {name: order for name, order in _renamed(statements).items() if name not in found}


def _renamed(statements: Sequence[Statement]) -> dict[str, int]:
    """The names that a script gives to tables it had under another, each with the place of that statement."""
    found: dict[str, int] = {}
    for order, statement in enumerate(statements):
        for at in _pairs(statement.tokens, "RENAME", second="TO"):
            found.setdefault(_name(statement.tokens, at + 2)[0], order)
    return found


def _is_own(drop: Drop, made: int | None, *, order: int, is_renamed: bool) -> bool:
    """Whether the script made the table before, or rebuilds it.

    `DROP TABLE IF EXISTS` and then `CREATE TABLE` sets a schema up; filling a new table, dropping the old one and giving
    the new its name is how SQLite's tables are changed.
    """
    if made is None:
        return False
    return made < order or (not drop.column and (drop.is_conditional or is_renamed))


def _drops(statement: Statement) -> Iterator[Drop]:
    tokens = statement.tokens
    for at in _pairs(tokens, "DROP", second="TABLE"):
        yield from _dropped_tables(statement, at + 2)
    for at in _pairs(tokens, "ALTER", second="TABLE"):
        yield from _dropped_columns(statement, at + 2)


def _dropped_tables(statement: Statement, at: int) -> Iterator[Drop]:
    tokens = statement.tokens
    start = _past(tokens, at, "IF", "EXISTS")
    is_conditional = start > at
    at = start
    while at < len(tokens) and tokens[at].is_name:
        line = tokens[at].line
        name, at = _name(tokens, at)
        if not name.startswith("#"):
            yield Drop(table=name, column="", line=line, statement=statement, is_conditional=is_conditional)
        if at >= len(tokens) or not tokens[at].says(","):
            return
        at += 1


def _dropped_columns(statement: Statement, at: int) -> Iterator[Drop]:
    tokens = statement.tokens
    table, at = _name(tokens, _past(tokens, at, "IF", "EXISTS", "ONLY"))
    in_list = False
    for action in _actions(tokens[at:]):
        if action and action[0].says("DROP"):
            start = _past(action, 1, "COLUMN")
            in_list = start > 1
            start = _past(action, start, "IF", "EXISTS")
            opened = _past(action, start, "(")
            names = [t for t in action[opened:] if t.is_name] if opened > start else action[start : start + 1]
        elif in_list and len(action) == 1:
            names = list(action)
        else:
            in_list = False
            continue
        for token in names:
            if token.is_name and not token.says(*_NO_COLUMN):
                yield Drop(table=table, column=_plain(token), line=token.line, statement=statement)


def _actions(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The comma-separated parts of an `ALTER TABLE`, parentheses kept whole."""
    current: list[Token] = []
    depth = 0
    for token in tokens:
        if token.says("GO") or (token.says("ALTER") and current and current[-1].says(*_ENDS)):
            break
        depth += token.says("(") - token.says(")")
        if token.says(",") and depth == 0:
            yield current
            current = []
        else:
            current.append(token)
    yield current


def _pairs(tokens: Sequence[Token], first: str, *, second: str) -> Iterator[int]:
    return (at for at in range(len(tokens) - 1) if tokens[at].says(first) and tokens[at + 1].says(second))


def _past(tokens: Sequence[Token], at: int, *words: str) -> int:
    while at < len(tokens) and tokens[at].says(*words):
        at += 1
    return at


def _name(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """The last part of a dotted name that begins at `at`, and where it ends."""
    name = ""
    while at < len(tokens) and tokens[at].is_name:
        name = _plain(tokens[at])
        at += 1
        if at >= len(tokens) or not tokens[at].says("."):
            break
        at += 1
    return name, at


def _plain(token: Token) -> str:
    return token.text if token.kind is TokenKind.NAME else token.text.lower()
