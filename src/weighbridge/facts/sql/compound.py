"""Tells where a statement ends that holds others: the semicolons between a routine's `BEGIN` and `END` are its own, and a rule's in parentheses."""

from collections.abc import Iterator, Sequence
from typing import Final

from weighbridge.facts.sql.lexemes import Token, TokenKind, Unread

_ROUTINES: Final = frozenset({"TRIGGER", "FUNCTION", "PROCEDURE", "PROC", "EVENT"})
_CLOSED_BY_NAME: Final = frozenset({"IF", "LOOP", "WHILE", "REPEAT"})
"""What `END` is followed by where it ends no block; what it closes is not counted when it opens, as `IF EXISTS` opens nothing."""
_BEFORE_KIND: Final = frozenset(
    {"OR", "REPLACE", "ALTER", "CONSTRAINT", "TEMP", "TEMPORARY", "AGGREGATE", "DEFINER", "SQL", "SECURITY"}
)
"""What may stand between `CREATE` and the word that says what is made."""
_LONGEST_DEFINER: Final = 14
"""The words and symbols of `CREATE DEFINER = a@b SQL SECURITY INVOKER`, and some more."""
_BEFORE_NAME: Final = (
    "OF", ",", ".", "=", "FUNCTION", "PROCEDURE", "PROC", "TRIGGER", "EVENT", "EXISTS", "RETURNS", "SETOF", "SELECT", "BY", "SET",
    "WHERE", "AND", "OR", "ON", "TABLE", "INTO", "FROM", "JOIN", "UPDATE",
)  # fmt: skip
"""What `begin` stands behind where it is a name."""
_BEHIND_NAME: Final = (
    ",", ")", "(", ".", "=", ";", ">", "+", "-", "*", "/", "FROM", "AS", "AND", "OR", "IS", "IN", "ON", "ASC", "DESC", "TRAN",
    "TRANSACTION", "WORK",
)  # fmt: skip
"""What stands behind it where it is one, or where it begins a transaction."""
_LONGEST_HEAD: Final = 4
"""The words of `CREATE OR REPLACE RULE`."""
_NEVER_LAST: Final = (
    ",",
    "AND",
    "OR",
    "WHERE",
    "FROM",
    "REFERENCES",
    "CONSTRAINT",
    "CHECK",
    "ADD",
    "COLUMN",
    "SELECT",
    "INTO",
)
"""What ends no statement."""


class Compound:
    """Goes along with the tokens of one statement; `depth` is how many blocks are open within it."""

    def __init__(self, *, is_atomic: bool) -> None:
        self.depth = 0
        self.is_routine: bool | None = None
        """Whether a routine is made; None where the words so far do not tell."""
        self._nested = 0
        self._is_rule = False
        """Whether a rule is made, whose commands stand in parentheses with semicolons between them."""
        self._is_atomic = is_atomic
        """Whether a block begins with `BEGIN ATOMIC` alone, as in PostgreSQL."""
        self._is_fresh = False
        """Whether the last word opened a block, so that the next one may say that it was a name."""

    @property
    def is_nested(self) -> bool:
        """Whether a parenthesis is open."""
        return self._nested > 0

    def pass_over(self, tokens: Sequence[Token]) -> None:
        """Take note of the last of these."""
        token = tokens[-1]
        if token.kind is TokenKind.SYMBOL:
            self._nested += token.text == "("
            self._nested -= token.text == ")"
        if token.kind is TokenKind.BODY and not self.depth:
            self.is_routine = False  # its body is a text
        if self._is_fresh:
            self._doubt(token)
        if token.kind is TokenKind.WORD and self.is_routine is not False:
            self._pass_word(tokens, token.text.upper())

    def ends_before(self, token: Token) -> bool:
        """Whether nothing is open when a semicolon comes."""
        if self._is_fresh:
            self._doubt(token)
        return not self.depth and not (self._is_rule and self.is_nested)

    def _doubt(self, token: Token) -> None:
        self._is_fresh = False
        if token.says(*_BEHIND_NAME) or (self._is_atomic and not token.says("ATOMIC")):
            self.depth -= 1

    def _pass_word(self, tokens: Sequence[Token], word: str) -> None:
        if self.is_routine is None:
            self.is_routine = self._makes(tokens, word)
            self._is_rule = word == "RULE" and len(tokens) <= _LONGEST_HEAD
        elif word == "END" and self.depth:
            self.depth -= 1
        elif word == "BEGIN":
            if not self._nested and not tokens[-2].says(*_BEFORE_NAME):
                self.depth += 1
                self._is_fresh = True
        elif tokens[-2].says("END") == (word in _CLOSED_BY_NAME):
            self.depth += word in _CLOSED_BY_NAME or (word == "CASE" and self.depth > 0)

    @staticmethod
    def _makes(tokens: Sequence[Token], word: str) -> bool | None:
        if len(tokens) == 1:
            return None if word in ("CREATE", "ALTER") else False
        if word in _ROUTINES:
            return True
        is_before_kind = word in _BEFORE_KIND or (len(tokens) < _LONGEST_DEFINER and tokens[1].says("DEFINER"))
        return None if is_before_kind else False


def unfinished(tokens: Sequence[Token], compound: Compound) -> Iterator[Unread]:
    """Why a statement cannot end where it does: something is open, or more must come."""
    last = tokens[-1]
    why = ""
    if compound.depth:
        why = "a block that never ends"
    elif compound.is_nested:
        why = "a parenthesis that never closes"
    elif last.says(*_NEVER_LAST) and not (len(tokens) > 1 and tokens[-2].says(".")):
        why = f"a statement that ends on `{last.text}`"
    if why:
        yield Unread(tokens[0].line, last.line, why)
