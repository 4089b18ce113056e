"""Tells the tokens of JavaScript and TypeScript apart."""

import re
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.calls.forms import Text
from weighbridge.facts.calls.strings import ends_at, name_in, unescaped
from weighbridge.facts.calls.tokens import Token

_TOKEN: Final = LatePattern(
    r"(?P<space>[ \t\f\r\ufeff]+)|(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z)|(?<![^\n])#![^\n]*)|(?P<newline>\n)|(?P<text>[\"'`])"
    r"|(?P<number>\d[\w.]*)|(?P<name>[^\W\d][\w$]*|\$[\w$]*)|(?P<symbol>=>|\?\.(?!\d)|\.\.\.|\?\?=?|\|\||&&|[=!]==?|<=|>=|\+=|.)",
    re.DOTALL,
)
_ENDS: Final = {quote: LatePattern(rf"\\.|{quote}", re.DOTALL) for quote in ('"', "'", "`")}
_PATTERN: Final = LatePattern(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/\w*")
_BEFORE_PATTERN: Final = ("(", ",", "=", ":", "[", "!", "&&", "||", "?", "{", "}", ";", "=>", "return")


def javascript_tokens(source: str) -> list[Token]:
    """The tokens of a file."""
    found: list[Token] = []
    at, line, is_apart = 0, 1, False
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            break
        kind, said, start, first = match.lastgroup or "", match[0], at, line
        at = match.end()
        string = None
        if kind == "text":
            string, at = _string(source, said, at=at, line=line)
            line, said = string.end_line, ""
        elif kind in ("comment", "newline"):
            line += said.count("\n")
        elif said == "/" and (not found or found[-1].kind == "newline" or found[-1].says(*_BEFORE_PATTERN)):
            pattern = _PATTERN.match(source, start)
            if pattern is not None:
                kind, said, at = "name", "//", pattern.end()
        if kind not in ("space", "comment"):
            found.append(Token(kind, said, first, start, at, line, 0, is_apart, string))
        is_apart = kind in ("space", "comment")
    return found


def _string(source: str, quote: str, *, at: int, line: int) -> tuple[Text, int]:
    if quote == "`":
        return _template(source, at, line=line)
    end, after = ends_at(source, _ENDS[quote], at=at)
    raw = source[at:end]
    return Text(unescaped(raw), line, line + raw.count("\n")), after


def _template(source: str, at: int, *, line: int) -> tuple[Text, int]:
    """A template from behind its opening sign; what is filled in may hold templates itself."""
    parts: list[str] = []
    holes: list[str] = []
    begins, start = at, at
    while at < len(source) and source[at] != "`":
        if source[at] == "\\":
            at += 2
        elif source.startswith("${", at):
            parts.append(source[start:at])
            inside, at = at + 2, _behind_hole(source, at + 2)
            holes.append(name_in(source[inside : at - 1]))
            start = at
        else:
            at += 1
    at = min(at, len(source))
    parts.append(source[start:at])
    text = unescaped("{}".join(parts))
    end_line = line + source.count("\n", begins, at)
    return Text(text, line, end_line, bool(holes), is_as_laid_out=True, holes=tuple(holes)), at + 1


def _behind_hole(source: str, at: int) -> int:
    depth, quote = 1, ""
    while at < len(source) and depth:
        sign = source[at]
        if sign == "\\":
            at += 1
        elif quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'`":
            quote = sign
        else:
            depth += (sign == "{") - (sign == "}")
        at += 1
    return at
