"""Reads Python's statements and values."""

import re
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.calls._python_values import PythonValues
from weighbridge.facts.calls.forms import Form, Keyed, Listed, Name, Statement, Text
from weighbridge.facts.calls.strings import PYTHON_STRING, python_string
from weighbridge.facts.calls.tokens import MOST_DEEP, Token, TooDeepError, matched

_TOKEN: Final = LatePattern(
    rf"(?P<space>(?:[ \t\f]|\\\r?\n)+)|(?P<comment>#[^\n]*)|(?P<newline>\r?\n)|(?P<text>{PYTHON_STRING})"
    r"|(?P<number>\d[\w.]*|\.\d[\w.]*)|(?P<name>[^\W\d]\w*)|(?P<symbol>->|\*\*|==|!=|<=|>=|:=|//|\+=|-=|.)",
    re.DOTALL,
)


def read_python(source: str) -> tuple[Statement, ...]:
    """The statements of a file."""
    tokens = _tokens(source)
    pairs = matched(tokens)
    lines = _logical_lines(tokens, pairs)
    statements, _ = _block(_Reader(tokens, pairs), lines, at=0, indent=-1, depth=0)
    return statements


def _tokens(source: str) -> list[Token]:
    found: list[Token] = []
    at, line, line_start, is_apart = 0, 1, 0, False
    match_at = _TOKEN.match
    while at < len(source):
        match = match_at(source, at)
        if match is None:
            break
        kind, text, start = match.lastgroup or "", match[0], at
        at = match.end()
        string = None
        first = line
        if kind == "text":
            string, at = python_string(source, text, at=at, line=line)
            line = string.end_line
        elif kind in ("space", "newline"):
            line += text.count("\n")
        if kind not in ("space", "comment"):
            found.append(
                Token(kind, "" if string else text, first, start, at, line, start - line_start, is_apart, string)
            )
        is_apart = kind == "space"
        if kind in ("newline", "text") and line > first:
            line_start = source.rfind("\n", 0, at) + 1
    return found


def _logical_lines(tokens: list[Token], pairs: dict[int, int]) -> list[tuple[int, int]]:
    """The places of each logical line's tokens; newlines within brackets end none."""
    found: list[tuple[int, int]] = []
    at, start = 0, 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "newline" or token.says(";"):
            if at > start:
                found.append((start, at))
            start = at + 1
        elif at in pairs:
            at = min(pairs[at], len(tokens) - 1)
        at += 1
    if start < len(tokens):
        found.append((start, len(tokens)))
    return found


class _Reader:
    """The tokens of a file, with their brackets."""

    def __init__(self, tokens: list[Token], pairs: dict[int, int]) -> None:
        self.tokens = tokens
        self.pairs = pairs

    def cursor(self, start: int, end: int, *, depth: int = 0) -> "PythonValues":
        return PythonValues(self.tokens, self.pairs, at=start, end=end, depth=depth)


def _block(
    reader: _Reader, lines: list[tuple[int, int]], *, at: int, indent: int, depth: int
) -> tuple[tuple[Statement, ...], int]:
    """The statements that stand deeper than `indent`, from line `at` on, and the number of the line behind them."""
    found: list[Statement] = []
    while at < len(lines):
        start, end = lines[at]
        column = reader.tokens[start].column
        if column <= indent:
            break
        at += 1
        colon = _colon(reader, start, end=end)
        if colon < 0:
            found.append(_simple(reader.cursor(start, end)))
            continue
        if colon + 1 < end:
            inner: tuple[Statement, ...] = (_simple(reader.cursor(colon + 1, end)),)
        elif depth >= MOST_DEEP:
            raise TooDeepError
        else:
            inner, at = _block(reader, lines, at=at, indent=column, depth=depth + 1)
        found.append(_compound(reader.cursor(start, colon), inner))
    return tuple(found), at


_COMPOUND: Final = (
    "def",
    "class",
    "if",
    "elif",
    "else",
    "for",
    "while",
    "with",
    "try",
    "except",
    "finally",
    "async",
    "match",
    "case",
)


def _colon(reader: _Reader, start: int, *, end: int) -> int:
    """Where the colon of a compound statement stands; negative where there is none."""
    if not reader.tokens[start].says(*_COMPOUND):
        return -1
    at = start
    while at < end:
        if at in reader.pairs:
            at = reader.pairs[at]
        elif reader.tokens[at].says("lambda"):
            while at < end and not reader.tokens[at].says(":"):
                at += 1
        elif reader.tokens[at].says(":"):
            return at
        at += 1
    return -1


def _simple(cursor: "PythonValues") -> Statement:
    first = cursor.peek()
    assert first is not None, "a logical line holds something"
    last = cursor.tokens[cursor.end - 1].end_line or first.line
    if cursor.take("return"):
        return Statement(kind="return", line=first.line, end_line=last, value=cursor.expression())
    if cursor.take("raise", "assert", "yield", "del"):
        return Statement(kind="do", line=first.line, end_line=last, name=first.text, value=cursor.expression())
    if first.says("import", "from"):
        return Statement(kind="import", line=first.line, end_line=last, value=_imported(cursor))
    if first.says("pass", "@", "global", "nonlocal", "break", "continue"):
        cursor.at = cursor.end
        return Statement(kind="do", line=first.line, end_line=last, name=first.text)
    value = cursor.sequence()
    if cursor.take(":"):
        cursor.expression()
    sign = cursor.peek()
    if cursor.take("=", "+="):
        bound = cursor.sequence()
        while cursor.take("="):
            bound = cursor.sequence()
        name = value.id if isinstance(value, Name) else ""
        takes = tuple(each.id for each in value.items if isinstance(each, Name)) if isinstance(value, Listed) else ()
        name = f"{name}+" if sign is not None and sign.text == "+=" and name else name
        return Statement(kind="bind", line=first.line, end_line=last, name=name, value=bound, takes=takes)
    return Statement(kind="do", line=first.line, end_line=last, value=value)


def _imported(cursor: "PythonValues") -> Form:
    """What an import brings, by the name it goes by: `d: a.b.c` of `from a.b import c as d`; `.` stands before what lies near."""
    words = [token.text for token in cursor.tokens[cursor.at : cursor.end] if not token.says("(", ")", "\n", "\r\n")]
    line = cursor.tokens[cursor.at].line
    cursor.at = cursor.end
    module = ""
    if words[0] == "from":
        at = words.index("import") if "import" in words else len(words)
        module, words = "".join(words[1:at]), words[at:]
    pairs: list[tuple[Form, Form]] = []
    for said in " ".join(words[1:]).split(" , "):
        name, _, alias = said.partition(" as ")
        name = name.replace(" ", "").strip(",")
        full = f"{module}{'' if module[-1:] in ('', '.') else '.'}{name}"
        known = alias.strip(" ,") or name
        if name and (alias or module or "." not in name):
            pairs.append((Text(known, line, line), Name(full, line)))
        elif name:
            first = name.partition(".")[0]
            pairs.append((Text(first, line, line), Name(first, line)))
    return Keyed(tuple(pairs))


def _compound(cursor: "PythonValues", body: tuple[Statement, ...]) -> Statement:
    cursor.take("async")
    first = cursor.advance()
    assert first is not None, "a compound statement begins with its word"
    line, end_line = first.line, max((each.end_line for each in body), default=first.line)
    if first.says("def", "class"):
        name = cursor.advance()
        takes = cursor.parameters() if cursor.says("(") else ()
        kind = "def" if first.text == "def" else "class"
        return Statement(
            kind="def" if kind == "def" else "class",
            line=line,
            end_line=end_line,
            name=name.text if name else "",
            takes=takes,
            body=body,
        )
    if first.says("for"):
        target = cursor.sequence(stops=("in",))
        cursor.take("in")
        names = (target,) if isinstance(target, Name) else target.items if isinstance(target, Listed) else ()
        takes = tuple(each.id for each in names if isinstance(each, Name))
        return Statement(kind="loop", line=line, end_line=end_line, takes=takes, value=cursor.sequence(), body=body)
    if first.says("with"):
        value = cursor.expression(stops=("as",))
        alias = cursor.advance() if cursor.take("as") else None
        name_ = alias.text if alias is not None else ""
        return Statement(kind="with", line=line, end_line=end_line, name=name_, value=value, body=body)
    if first.says("while"):
        return Statement(kind="loop", line=line, end_line=end_line, value=cursor.expression(), body=body)
    value_ = cursor.expression() if cursor.peek() is not None else None
    return Statement(kind="if", line=line, end_line=end_line, name=first.text, value=value_, body=body)
