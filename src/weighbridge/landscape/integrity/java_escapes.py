r"""Escapes that Java reads before it looks for comments and texts: `// \u000a f();` calls `f`.

A file is gone through twice at once: as it stands, which is how people read it, and with its escapes read, which is how
it is compiled. Where one is in a comment or a text and the other is not, the reader sees something else than what is compiled.
"""

from collections.abc import Iterator
from copy import copy
from enum import StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern

_ESCAPE: Final = LatePattern(r"\\u+([0-9A-Fa-f]{4})")
_BEYOND_ASCII: Final = 0x80
_OF_A_BLOCK: Final = 3
"""Quotation marks that begin and end a text block."""


class Part(StrEnum):
    """What a sign of a Java file is part of."""

    CODE = "code"
    LINE_COMMENT = "a comment"
    COMMENT = "a comment between signs"
    STRING = "a string"
    CHARACTER = "a character"
    TEXT_BLOCK = "a text block"


class EscapedCode(Struct, frozen=True, kw_only=True):
    """A line of a Java file whose escapes make it other than it reads.

    `seems` and `is_compiled_as` differ where an escape begins or ends a comment or a text; they are alike where code
    itself is spelled by one.
    """

    line: int
    escape: str
    seems: Part
    is_compiled_as: Part
    is_ascii: bool


def escaped_code(text: str) -> Iterator[EscapedCode]:
    """The lines of a Java file that are compiled otherwise than they read, each once."""
    if not _ESCAPE.search(text):
        return
    seen, compiled = _Reader(), _Reader()
    line, escape, told = 1, None, 0
    for raw, sign in _signs(text):
        was = compiled.part
        for each in raw:
            seen.take(each)
        compiled.take(sign)
        if raw != sign:
            escape = raw
        is_code = raw != sign and was is Part.CODE and compiled.part is Part.CODE
        if escape and line != told and (is_code or seen.part is not compiled.part):
            told = line
            is_ascii = ord(sign) < _BEYOND_ASCII or not is_code
            yield EscapedCode(
                line=line, escape=escape, seems=seen.part, is_compiled_as=compiled.part, is_ascii=is_ascii
            )
        if raw == "\n":
            line, escape = line + 1, None
            seen = copy(compiled)


def _signs(text: str) -> Iterator[tuple[str, str]]:
    """Each sign as written and as Java reads it. A backslash that another one escapes begins no escape."""
    at = 0
    while at < len(text):
        if text[at] != "\\":
            yield text[at], text[at]
            at += 1
            continue
        if found := _ESCAPE.match(text, at):
            yield found.group(), chr(int(found.group(1), 16))
            at = found.end()
            continue
        for sign in text[at : at + 2] if text.startswith("\\\\", at) else "\\":
            yield sign, sign
            at += 1


class _Reader(Struct):
    """Takes one sign after the other and knows what it is part of."""

    part: Part = Part.CODE
    before: str = ""
    quotes: int = 0
    is_escaped: bool = False

    def take(self, sign: str) -> None:
        """The next sign."""
        begun = self.part
        match self.part:
            case Part.CODE:
                self._in_code(sign)
            case Part.LINE_COMMENT:
                if sign in "\r\n":
                    self.part = Part.CODE
            case Part.COMMENT:
                if self.before == "*" and sign == "/":
                    self.part = Part.CODE
            case _:
                self._in_text(sign)
        is_mark = Part.COMMENT in (begun, self.part) and begun is not self.part
        self.before = "" if is_mark else sign  # `/*/` is the beginning of a comment and not its end

    def _in_code(self, sign: str) -> None:
        """A third quotation mark after two begins a text block."""
        self.quotes = self.quotes + 1 if sign == '"' and self.quotes else 0
        if self.before == "/" and sign in "/*":
            self.part = Part.LINE_COMMENT if sign == "/" else Part.COMMENT
        elif sign == '"':
            self.part = Part.TEXT_BLOCK if self.quotes == _OF_A_BLOCK else Part.STRING
            self.quotes = 0 if self.part is Part.TEXT_BLOCK else 1
        elif sign == "'":
            self.part = Part.CHARACTER

    def _in_text(self, sign: str) -> None:
        quotes, self.quotes = self.quotes, 0
        if self.is_escaped:
            self.is_escaped = False
        elif sign == "\\":
            self.is_escaped = True
        elif self.part is Part.TEXT_BLOCK:
            self.quotes = quotes + 1 if sign == '"' else 0
            if self.quotes == _OF_A_BLOCK:
                self.part, self.quotes = Part.CODE, 0
        elif sign in ("\r", "\n", '"' if self.part is Part.STRING else "'"):
            self.quotes = 2 if sign == '"' and quotes == 1 else 0  # of an empty string, or two of a text block's
            self.part = Part.CODE
