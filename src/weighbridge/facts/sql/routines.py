"""Routines: how their bodies are found where they are made, and what statements call them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from msgspec import Struct

from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.facts.sql.cursor import NO_FUNCTIONS, plain
from weighbridge.facts.sql.lexemes import Statement, Token, TokenKind

Tokens = tuple[Token, ...]

_READABLE: Final = frozenset({"plpgsql", "sql", "plpgsqlx", ""})
_OWN_STARTS: Final = (
    "BEGIN", "RETURN", "SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "TRUNCATE", "DROP", "ALTER", "CALL", "IF", "WHILE",
    "LOOP", "CASE", "WITH", "EXECUTE", "EXEC", "DECLARE", "PREPARE",
)  # fmt: skip
"""What the body of a routine begins with that is written in words of its own."""
_OF_TABLES: Final = ("INTO", "TABLE", "REFERENCES", "EXISTS")
_OF_TABLES_OR_CALLED: Final = (
    "UPDATE", "ON", "INDEX", "AS", "CONSTRAINT", "KEY", "UNIQUE", "USING", "JOIN", "WITH", ",", "VALUES", "OVER", "IN",
)  # fmt: skip
"""What a name stands behind that may be one of a table, a column or a common table, though parentheses follow."""
_BY_MENTION: Final = frozenset({"aggregate", "operator", "cast", "domain", "event trigger", "conversion"})
"""What calls the functions that it is made of, whenever it is used."""
_DEFINED: Final = frozenset({"function", "procedure", "trigger", "rule", "event", "policy"})
"""What says what is done later, and does nothing by itself."""


class Routine(Struct, frozen=True, kw_only=True):
    """A routine by the last part of its name; `body` is empty where it cannot be read."""

    name: str
    body: str = ""
    line: int = 0
    language: str = ""
    is_own: bool = False
    """Whether it is written in words of its own, as MySQL's are, and in no text."""


class Call(Struct, frozen=True, kw_only=True):
    """A routine that a statement calls, by the last part of its name, and that its script does not make; empty where more are called."""

    name: str
    line: int
    end_line: int
    is_alone: bool = False
    """Whether the statement does nothing else: it is there for what the routine does."""


def is_definition(done: tuple[Act, ...]) -> bool:
    """Whether a statement only says what is done when something else happens."""
    return any(isinstance(act, acts.Create) and act.kind in _DEFINED for act in done) or any(
        isinstance(act, acts.AlterOther) and act.what.startswith(("alter function", "alter procedure", "alter trigger"))
        for act in done
    )


def routine_of(act: acts.Create, statement: Statement, *, text: str) -> Routine:
    """The routine that a statement makes."""
    name = act.name.rpartition(".")[2]
    tokens = statement.tokens
    language = _language(tokens)
    body = next((b for a, b in pairwise(tokens) if a.says("AS") and b.is_text), None)
    if body is None:
        body = next((token for token in tokens if token.kind is TokenKind.BODY), None)
    if body is not None:
        is_read = language in _READABLE
        return Routine(name=name, body=body.text if is_read else "", line=body.line, language=language)
    start = _own_start(tokens, is_trigger=act.kind in ("trigger", "event"))
    if start is None:
        return Routine(name=name, language=language)
    said = text[start.start : tokens[-1].end]
    if start.says("RETURN"):
        said = f"SELECT{said[len('RETURN') :]}"
    return Routine(name=name, body=said, line=start.line, language=language, is_own=True)


def _language(tokens: Tokens) -> str:
    for at, token in enumerate(tokens[:-1]):
        if token.says("LANGUAGE"):
            return tokens[at + 1].text.lower()
    return ""


def _own_start(tokens: Tokens, *, is_trigger: bool) -> Token | None:
    """Where the body begins, behind what is said of the routine."""
    depth, was_told = 0, not is_trigger
    for at, token in enumerate(tokens):
        depth += token.says("(") - token.says(")")
        if depth or at < 2:
            continue
        was_told = was_told or token.says("ROW", "BEGIN", "AS", "DO")
        if was_told and token.says(*_OWN_STARTS) and not tokens[at - 1].says("OR", ".", "FUNCTION", "PROCEDURE", "OF"):
            return token
    return None


def trigger_function(tokens: Tokens) -> str:
    """The function that a trigger of PostgreSQL calls; empty where it is written in words of its own."""
    for at, token in enumerate(tokens):
        if token.says("EXECUTE") and at + 2 < len(tokens) and tokens[at + 1].says("FUNCTION", "PROCEDURE"):
            return _last_part(tokens, at + 2)
    return ""


def _last_part(tokens: Tokens, at: int) -> str:
    while at + 2 < len(tokens) and tokens[at + 1].says("."):
        at += 2
    return plain(tokens[at]) if at < len(tokens) else ""


def calls_anything(done: tuple[Act, ...]) -> bool:
    """Whether a statement runs the functions that it names."""
    return any(
        not isinstance(act, acts.Create | acts.Drop | acts.Grant | acts.AlterOther | acts.Remark | acts.CreateTable)
        or (isinstance(act, acts.Create) and act.kind in ("materialized view", "schema"))
        or (isinstance(act, acts.CreateTable) and act.has_query)
        or (isinstance(act, acts.Remark) and act.kind in ("block", "declare"))
        or (isinstance(act, acts.AlterOther) and act.table)
        for act in done
    )


def names_by_mention(done: tuple[Act, ...]) -> bool:
    """Whether what a statement makes calls the functions that it only names."""
    return any(isinstance(act, acts.Create) and act.kind in _BY_MENTION for act in done)


def called(tokens: Tokens, *, by_mention: bool = False, is_run: bool = False) -> Iterator[int]:
    """Where names stand that are called; with `is_run`, the statement's first name is one also without parentheses."""
    first = _end_of_first_name(tokens) if is_run else 0
    for at, token in enumerate(tokens[1:], start=1):
        if not token.is_name or (token.kind is TokenKind.WORD and token.text.lower() in NO_FUNCTIONS):
            continue
        is_called = at + 1 < len(tokens) and tokens[at + 1].says("(") and not tokens[at - 1].says(*_OF_TABLES)
        if by_mention or is_called or at == first:
            yield at


def name_alone(tokens: Tokens) -> int:
    """Where the name stands of a routine that a statement is there for, `CALL f()` or `SELECT s.f(…)`; 0 where there is none."""
    first = _end_of_first_name(tokens)
    if tokens[0].says("CALL", "EXEC", "EXECUTE", "PERFORM"):
        return first
    is_called = tokens[0].says("SELECT") and first + 1 < len(tokens) and tokens[first + 1].says("(")
    return first if is_called and not any(token.says("FROM") for token in tokens) else 0


def is_surely_called(tokens: Tokens, at: int) -> bool:
    """Whether a name that may be called can be nothing else."""
    return not tokens[at - 1].says(*_OF_TABLES_OR_CALLED) or tokens[0].says(
        "SELECT", "VALUES", "CALL", "EXEC", "PERFORM"
    )


def _end_of_first_name(tokens: Tokens) -> int:
    at = 1
    while at + 2 < len(tokens) and tokens[at + 1].says("."):
        at += 2
    return at


def rule_of(tokens: Tokens, text: str, *, name: str) -> Routine | None:
    """What PostgreSQL does by a rule, as a routine."""
    at = next((at for at, token in enumerate(tokens) if token.says("DO")), len(tokens)) + 1
    while at < len(tokens) and tokens[at].says("ALSO", "INSTEAD", "("):
        at += 1
    if at >= len(tokens) or tokens[at].says("NOTHING"):
        return None
    end = tokens[-1].start if tokens[-1].says(")") else tokens[-1].end
    return Routine(name=name, body=text[tokens[at].start : end], line=tokens[at].line, is_own=True)
