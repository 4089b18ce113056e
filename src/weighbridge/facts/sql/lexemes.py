"""What a SQL script is made of: tokens with their lines, statements, and lines that are no SQL."""

import re
from enum import StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern


class TokenKind(StrEnum):
    """What a token is."""

    WORD = "word"
    NAME = "quoted name"
    TEXT = "text"
    BODY = "dollar-quoted text"
    SYMBOL = "symbol"
    END = "end of a statement"
    """Another mark than a semicolon: a line `GO`, a command of the client, or the delimiter that MySQL's client was told."""


class Token(Struct, frozen=True, gc=False):
    """One token; `text` is what it says, without its quotes. It stands from `start` up to `end` in what was read."""

    kind: TokenKind
    text: str
    line: int
    start: int = 0
    end: int = 0

    def says(self, *words: str) -> bool:
        """Whether this is one of these words or symbols; words are given in capitals."""
        return self.kind in (TokenKind.WORD, TokenKind.SYMBOL) and self.text.upper() in words

    @property
    def is_name(self) -> bool:
        """Whether it can name a table or column."""
        return self.kind in (TokenKind.WORD, TokenKind.NAME)

    @property
    def is_text(self) -> bool:
        """Whether it is a text, however it is quoted."""
        return self.kind in (TokenKind.TEXT, TokenKind.BODY)


class Statement(Struct, frozen=True):
    """The tokens of one statement, without its semicolon."""

    tokens: tuple[Token, ...]

    @property
    def line(self) -> int:
        """Its first line."""
        return self.tokens[0].line

    @property
    def end_line(self) -> int:
        """The line on which its last token ends."""
        last = self.tokens[-1]
        return last.line + (last.text.count("\n") if last.kind is not TokenKind.END else 0)


class Unread(Struct, frozen=True):
    """Lines that are not SQL as it is known here, and why."""

    line: int
    end_line: int
    why: str


class Script(Struct, frozen=True):
    """One SQL file: what could be read, and what could not."""

    statements: tuple[Statement, ...] = ()
    unread: tuple[Unread, ...] = ()


_ESCAPES: Final = LatePattern(
    r"\\(?:x(?P<hex>[0-9a-fA-F]{1,2})|u(?P<four>[0-9a-fA-F]{4})|U(?P<eight>[0-9a-fA-F]{8})|(?P<octal>[0-7]{1,3})|(?P<one>.))",
    re.DOTALL,
)
_NAMED: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_CODE_POINTS: Final = LatePattern(r"\\(?:(?P<four>[0-9a-fA-F]{4})|\+(?P<six>[0-9a-fA-F]{6})|(?P<one>\\))")
_LAST_CODE_POINT: Final = 0x10FFFF


def unescaped(text: str) -> str:
    """What a text says that knows backslashes."""
    return _ESCAPES.sub(_escape, text) if "\\" in text else text


def _escape(found: re.Match[str]) -> str:
    if (one := found["one"]) is not None:
        return _NAMED.get(one, one)
    digits = found["hex"] or found["four"] or found["eight"]
    return _character(int(digits, 16) if digits else int(found["octal"], 8))


def with_code_points(text: str) -> str:
    r"""What `U&'…'` says, whose characters may be given by their numbers: `\0061`."""
    return _CODE_POINTS.sub(
        lambda found: "\\" if found["one"] else _character(int(found["four"] or found["six"], 16)), text
    )


def _character(number: int) -> str:
    return chr(number) if number <= _LAST_CODE_POINT else "\ufffd"
