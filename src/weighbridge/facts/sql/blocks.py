"""Takes the words of PL/pgSQL off the statements of a block, so that what is left is SQL.

A block is split at its semicolons like any script: `IF a THEN UPDATE t …` comes as one statement, with its condition before it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.facts.sql.lexemes import Statement, Token
from weighbridge.facts.sql.writes import begins

_PLAIN_HEADS: Final = ("BEGIN", "ATOMIC", "ELSE", "LOOP", "REPEAT", "EXCEPTION")
_LABELLED: Final = ("BEGIN", "LOOP", "WHILE", "REPEAT")
_UNTIL_THEN: Final = ("IF", "ELSIF", "ELSEIF", "WHEN")
_UNTIL_LOOP: Final = ("FOR", "FOREACH")
_ROWS: Final = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "EXECUTE", "VALUES", "MERGE")
_SILENT: Final = (
    "RAISE", "RETURN", "EXIT", "CONTINUE", "NULL", "GET", "ASSERT", "OPEN", "FETCH", "CLOSE", "MOVE", "END", "ALIAS", "LEAVE",
    "ITERATE", "UNTIL", "SIGNAL", "RESIGNAL", "PRAGMA",
)  # fmt: skip
"""Statements of the block's language that do nothing to tables by themselves."""


MOST_HEADS: Final = 200
"""So many heads may stand before one statement; a statement with more is not read."""


class Step(Struct, frozen=True, kw_only=True):
    """One statement within a block; `is_silent` where it is the language's own and changes nothing."""

    tokens: tuple[Token, ...]
    heads: tuple[Token, ...] = ()
    """The language's own words that stand before it."""
    is_silent: bool = False
    is_unread: bool = False

    @property
    def statement(self) -> Statement:
        """As a statement of its own."""
        return Statement(self.tokens)


def steps_of(statements: Sequence[Statement], *, declares_each: bool = False) -> Iterator[Step]:
    """What the statements of a block do, in the order in which they stand.

    With `declares_each`, each thing is declared by a `DECLARE` of its own, as in MySQL; else one begins them all.
    """
    is_declaring = False
    for statement in statements:
        tokens, heads = statement.tokens, 0
        while tokens:
            heads += 1
            passed = statement.tokens[: len(statement.tokens) - len(tokens)]
            if tokens[0].says("DECLARE") and heads < MOST_HEADS and not (handled := _behind_handler(tokens)):
                is_declaring, tokens = True, tokens[1:]
                continue
            if is_declaring and not tokens[0].says("BEGIN") and not begins(tokens, 0):
                yield Step(tokens=tokens, heads=passed, is_silent=True)
                is_declaring = not declares_each
                break
            is_declaring = False
            head, left = ((), tokens[handled:]) if tokens[0].says("DECLARE") else _headed(tokens)
            if head:
                yield Step(tokens=head)
            if left is not None and len(left) < len(tokens) and heads < MOST_HEADS:
                tokens = left
                continue
            yield Step(tokens=tokens, heads=passed, is_silent=_is_silent(tokens), is_unread=left != tokens)
            break


def is_left_open(statements: Sequence[Statement]) -> bool:
    """Whether a `BEGIN` or an `IF` of PL/pgSQL has no `END`."""
    depth = 0
    for statement in statements:
        tokens = statement.tokens
        for at, token in enumerate(tokens):
            if at == 0 or tokens[at - 1].says(*_BEFORE_STATEMENT):
                is_of_loop = at + 1 < len(tokens) and tokens[at + 1].says("LOOP", "CASE")
                depth += token.says("BEGIN", "IF")
                depth -= token.says("END") and not is_of_loop
    return depth > 0


_BEFORE_STATEMENT: Final = ("BEGIN", "THEN", "ELSE", "LOOP", "DECLARE", ">")
"""Behind what a statement begins within a block, but a semicolon."""


def in_turn(steps: Sequence[Step]) -> Iterator[bool]:
    """Of each statement, whether a loop does it again and again while the block commits nothing: all turns are one transaction."""
    commits = any(step.tokens and step.tokens[0].says("COMMIT") for step in steps)
    loops: list[bool] = []
    for step in steps:
        loops += _opened(step.heads)
        yield not commits and any(loops)
        if loops and len(step.tokens) > 1 and step.tokens[0].says("END") and step.tokens[1].says("LOOP"):
            loops.pop()


def _opened(heads: Sequence[Token]) -> Iterator[bool]:
    """Of each loop that begins there, whether its turns may be many: not where they are listed, or of what the catalogue holds."""
    start = 0
    for at, token in enumerate(heads):
        if token.says("LOOP"):
            head = heads[start:at]
            yield not any(_is_of_few(each) for each in head)
            start = at + 1


def _is_of_few(token: Token) -> bool:
    """Whether a word in the head of a loop says that it has few turns."""
    return token.says("FOREACH", "LIMIT", "VALUES", "INFORMATION_SCHEMA") or token.text.lower().startswith("pg_")


def _headed(tokens: tuple[Token, ...]) -> tuple[tuple[Token, ...], tuple[Token, ...] | None]:
    """The rows that a head goes over, if it does, and what stands behind the head; None where the head does not end."""
    first = tokens[0]
    if first.says("CASE", *_UNTIL_THEN):
        return _cut(tokens, "THEN")
    if first.says("WHILE"):
        return _cut(tokens, "LOOP", "DO")
    if first.says(*_UNTIL_LOOP):
        return _cut(tokens, "LOOP")
    return (), tokens[_words_before(tokens) :]


def _words_before(tokens: tuple[Token, ...]) -> int:
    """How many words of the language's own stand before a statement."""
    first = tokens[0]
    if first.says("<"):
        return _behind_label(tokens)
    if first.is_name and len(tokens) > 2 and tokens[1].says(":") and tokens[2].says(*_LABELLED):
        return 2
    if first.says("RETURN") and tokens[1:2] and tokens[1].says("QUERY"):
        return 2
    if first.says("OPEN"):  # a cursor: OPEN c FOR EXECUTE …
        return next((at + 1 for at, token in enumerate(tokens[:6]) if token.says("FOR")), 0)
    return int(first.says(*_PLAIN_HEADS))


def _behind_handler(tokens: tuple[Token, ...]) -> int:
    """Where the statement begins that MySQL runs when something happens; 0 where none is declared."""
    at = next((at for at, token in enumerate(tokens[1:4], start=1) if token.says("HANDLER")), 0)
    if not at:
        return 0
    at += 2
    while at < len(tokens):
        if tokens[at].says("SQLSTATE"):
            at += 3 if tokens[at + 1 : at + 2] and tokens[at + 1].says("VALUE") else 2
        elif tokens[at].says("NOT"):
            at += 2
        else:
            at += 1
        if not (at < len(tokens) and tokens[at].says(",")):
            return min(at, len(tokens))
        at += 1
    return len(tokens)


def _behind_label(tokens: tuple[Token, ...]) -> int:
    """Where `<<label>>` ends; 0 where none begins."""
    marks = [at for at, token in enumerate(tokens[:6]) if token.says(">")]
    return marks[-1] + 1 if len(marks) > 1 else 0


def _cut(tokens: tuple[Token, ...], *ends: str) -> tuple[tuple[Token, ...], tuple[Token, ...] | None]:
    """What a head goes over and what stands behind it, from behind its first word on."""
    at, depth, cases = 1, 0, 0
    while at < len(tokens):
        token = tokens[at]
        depth += token.says("(") - token.says(")")
        if depth <= 0 and not cases and token.says(*ends):
            rows = _rows(tokens[1:at]) if "LOOP" in ends else ()
            return rows, tokens[at + 1 :]
        cases += token.says("CASE")
        cases -= token.says("END") and cases > 0
        at += 1
    return (), None


def _rows(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The statement whose rows a loop goes over: `r IN SELECT …`."""
    for at, token in enumerate(tokens):
        if token.says("IN"):
            rows = tokens[at + 1 :]
            return rows if rows and rows[0].says(*_ROWS) else ()
    return ()


def _is_silent(tokens: tuple[Token, ...]) -> bool:
    """Whether it is an assignment, or a statement of the language that changes nothing."""
    if tokens[0].says(*_SILENT):
        return True
    at = int(tokens[0].is_name)
    while at + 1 < len(tokens) and tokens[at].says(".") and tokens[at + 1].is_name:
        at += 2
    if at < len(tokens) and tokens[at].says("["):
        while at < len(tokens) and not tokens[at].says("]"):
            at += 1
        at += 1
    if not tokens[0].is_name or at >= len(tokens):
        return False
    return tokens[at].says("=") or (tokens[at].says(":") and at + 1 < len(tokens) and tokens[at + 1].says("="))
