"""Finds the statements that change something wherever they stand: behind heads, in common tables, in parentheses, without a semicolon."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from weighbridge.facts.sql.lexemes import Token, TokenKind

Tokens = tuple[Token, ...]

_LONGEST_TARGET: Final = 9
"""The words and symbols of `UPDATE ONLY a.b.c AS d`, and some more."""
_OF_TARGET: Final = (".", "AS", "ONLY", "*", "LOW_PRIORITY", "IGNORE")
_OBJECTS: Final = (
    "TABLE", "SCHEMA", "DATABASE", "VIEW", "MATERIALIZED", "FUNCTION", "PROCEDURE", "TYPE", "EXTENSION", "ROLE", "USER", "OWNED",
    "SEQUENCE", "DOMAIN", "POLICY", "TRIGGER",
)  # fmt: skip
_NO_START_BEHIND: Final = (
    "SELECT", "DISTINCT", "ALL", ",", ".", "=", "GRANT", "REVOKE", "ON", "OF", "OR", "BEFORE", "AFTER", "INSTEAD", "KEY", "BY",
    "EXTENSION", "PUBLICATION",
)  # fmt: skip
"""What a word of a statement stands behind where it begins none: a column of that name, a right, an event."""
MOST_OPEN: Final = 8
"""So many may lie within each other; what lies deeper is part of the one around it."""


def begins(tokens: Sequence[Token], at: int) -> bool:
    """Whether a statement that changes something can begin there."""
    token = tokens[at]
    if token.kind is not TokenKind.WORD or at + 1 >= len(tokens):
        return False
    is_begun = _BEGINS.get(token.text.upper())
    return is_begun is not None and is_begun(tokens, at) and not (at and tokens[at - 1].says(*_NO_START_BEHIND))


def parts_of(tokens: Tokens, main: int) -> Iterator[Tokens]:
    """The statements within one, in the order in which they begin, that at `main` among them; each ends where the next begins."""
    ends: dict[int, int] = {}
    is_open: list[tuple[int, int]] = []
    depth = 0
    for at, token in enumerate(tokens):
        if at == main or (token.kind is TokenKind.WORD and begins(tokens, at)):
            if is_open and is_open[-1][1] == depth:
                start = is_open.pop()[0]
                ends[start] = max(at, start + 1)
            if len(is_open) < MOST_OPEN:
                is_open.append((at, depth))
                ends[at] = len(tokens)
        if token.kind is TokenKind.SYMBOL:
            depth += token.text == "("
            depth -= token.text == ")"
            while is_open and is_open[-1][1] > depth:
                start = is_open.pop()[0]
                ends[start] = max(at, start + 1)
    yield from (tokens[start:end] for start, end in sorted(ends.items()))


def _deletes(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at + 1].says("FROM")


def _inserts(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at + 1].says("INTO")


def _updates(tokens: Sequence[Token], at: int) -> bool:
    for token in tokens[at + 1 : at + _LONGEST_TARGET]:
        if token.says("SET"):
            return not tokens[at + 1].says("SET")
        if not (token.is_name or token.says(*_OF_TARGET)) or token.says("OF", "ON", "FROM", "WHERE"):
            return False
    return False


def _has_object(tokens: Sequence[Token], at: int) -> bool:
    if tokens[0].says("ALTER") and len(tokens) > 1 and tokens[1].says("PUBLICATION"):
        return False  # takes the table out of it, and drops none
    is_column = tokens[0].says("ALTER")  # or may be one: `ALTER TABLE t DROP policy`
    return tokens[at + 1].says("TABLE") or (not is_column and tokens[at + 1].says(*_OBJECTS))


def _has_table(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at + 1].says("TABLE")


def _executes(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at + 1].says("(", "IMMEDIATE")


def _grants(tokens: Sequence[Token], at: int) -> bool:
    """Rights may be given where a schema is made."""
    return tokens[0].says("CREATE") and tokens[1].says("SCHEMA") and not tokens[at + 1].says("OPTION")


_BEGINS: Final[Mapping[str, Callable[[Sequence[Token], int], bool]]] = {
    "DELETE": _deletes,
    "INSERT": _inserts,
    "UPDATE": _updates,
    "MERGE": _inserts,
    "TRUNCATE": _has_table,
    "ALTER": _has_table,
    "DROP": _has_object,
    "CREATE": _has_table,
    "GRANT": _grants,
    "EXEC": _executes,
    "EXECUTE": _executes,
}
