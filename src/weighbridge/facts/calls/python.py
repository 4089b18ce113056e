"""Reads Python's statements and values."""

import re
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.calls.forms import (
    UNKNOWN,
    Argument,
    Block,
    Call,
    Form,
    Keyed,
    Listed,
    Name,
    Number,
    Statement,
    Text,
    Unknown,
)
from weighbridge.facts.calls.strings import PYTHON_STRING, python_string
from weighbridge.facts.calls.tokens import CLOSING, MOST_DEEP, Cursor, Token, matched

_TOKEN: Final = LatePattern(
    rf"(?P<space>(?:[ \t\f]|\\\r?\n)+)|(?P<comment>#[^\n]*)|(?P<newline>\r?\n)|(?P<text>{PYTHON_STRING})"
    r"|(?P<number>\d[\w.]*|\.\d[\w.]*)|(?P<name>[^\W\d]\w*)|(?P<symbol>->|\*\*|==|!=|<=|>=|:=|//|\+=|-=|.)",
    re.DOTALL,
)
_WORDS_BETWEEN: Final = ("if", "else", "and", "or", "in", "not", "is")
_BEFORE: Final = ("-", "+", "~", "not", "await", "*", "**")
_ENDS: Final = (",", ":", "=", ";", "+=")
_JOINS: Final = frozenset({"strip", "lstrip", "rstrip", "dedent", "cleandoc"})


def read_python(source: str) -> tuple[Statement, ...]:
    """The statements of a file."""
    tokens = _tokens(source)
    pairs = matched(tokens)
    lines = _logical_lines(tokens, pairs)
    statements, _ = _block(_Reader(tokens, pairs), lines, 0, indent=-1, depth=0)
    return statements


def _tokens(source: str) -> list[Token]:
    found: list[Token] = []
    at, line, line_start, is_apart = 0, 1, 0, False
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            break
        kind, text, start = match.lastgroup or "", match[0], at
        at = match.end()
        string = None
        first = line
        if kind == "text":
            string, at = python_string(source, text, at, line=line)
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

    def cursor(self, start: int, end: int, depth: int = 0) -> "_Python":
        return _Python(self.tokens, self.pairs, at=start, end=end, depth=depth)


def _block(
    reader: _Reader, lines: list[tuple[int, int]], at: int, *, indent: int, depth: int
) -> tuple[tuple[Statement, ...], int]:
    """The statements that stand deeper than `indent`, from line `at` on, and the number of the line behind them."""
    found: list[Statement] = []
    while at < len(lines):
        start, end = lines[at]
        column = reader.tokens[start].column
        if column <= indent:
            break
        at += 1
        colon = _colon(reader, start, end)
        if colon < 0:
            found.append(_simple(reader.cursor(start, end)))
            continue
        if colon + 1 < end:
            inner: tuple[Statement, ...] = (_simple(reader.cursor(colon + 1, end)),)
        elif depth >= MOST_DEEP:
            inner = (
                Statement(kind="do", line=reader.tokens[start].line, end_line=reader.tokens[start].line, value=UNKNOWN),
            )
            while at < len(lines) and reader.tokens[lines[at][0]].column > column:
                at += 1
        else:
            inner, at = _block(reader, lines, at, indent=column, depth=depth + 1)
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


def _colon(reader: _Reader, start: int, end: int) -> int:
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


def _simple(cursor: "_Python") -> Statement:
    first = cursor.peek()
    assert first is not None, "a logical line holds something"
    last = cursor.tokens[cursor.end - 1].end_line or first.line
    if cursor.take("return"):
        return Statement(kind="return", line=first.line, end_line=last, value=cursor.expression())
    if cursor.take("raise", "assert", "yield", "del"):
        return Statement(kind="do", line=first.line, end_line=last, name=first.text, value=cursor.expression())
    if first.says("import", "from", "pass", "@", "global", "nonlocal", "break", "continue"):
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


def _compound(cursor: "_Python", body: tuple[Statement, ...]) -> Statement:
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


class _Python(Cursor):
    """Reads values."""

    def sequence(self, stops: tuple[str, ...] = ()) -> Form:
        """Values with commas between them, which make a tuple."""
        first = self.expression(stops)
        if not self.says(","):
            return first
        items = [first]
        while self.take(","):
            if self.peek() is None or self.says("=", ":", *stops):
                break
            items.append(self.expression(stops))
        return Listed(tuple(items))

    def expression(self, stops: tuple[str, ...] = ()) -> Form:
        """One value, up to what cannot belong to it."""
        parts = [self._operand(stops)]
        signs: list[str] = []
        while (token := self.peek()) is not None:
            if token.kind == "newline":
                self.at += 1
                continue
            if token.says(*_ENDS, *stops) or (token.text in CLOSING and token.kind == "symbol"):
                break
            if token.says("for", "async"):
                self._skip_comprehension()
                return Unknown(tuple(parts))
            self.at += 1
            signs.append(token.text)
            if token.kind == "symbol" or token.says(*_WORDS_BETWEEN):
                parts.append(self._operand(stops))
        return _combined(parts, signs)

    def _skip_comprehension(self) -> None:
        while (token := self.peek()) is not None and not (token.kind == "symbol" and token.text in CLOSING):
            self.at = self.close_of(self.at) + 1 if self.at in self.pairs else self.at + 1

    def _operand(self, stops: tuple[str, ...]) -> Form:
        while self.says(*_BEFORE) or ((token := self.peek()) is not None and token.kind == "newline"):
            sign = self.advance()
            token = self.peek()
            if sign is not None and sign.text == "-" and token is not None and token.kind == "number":
                self.at += 1
                return Number("-" + token.text)
        if self.says("lambda"):
            return self._lambda(stops)
        return self._with_rest(self._atom())

    def _lambda(self, stops: tuple[str, ...]) -> Form:
        while (token := self.peek()) is not None and not token.says(":"):
            self.at = self.close_of(self.at) + 1 if self.at in self.pairs else self.at + 1
        line = token.line if token is not None else 0
        self.take(":")
        value = self.expression(stops)
        return Block((), (Statement(kind="return", line=line, end_line=line, value=value),))

    def _atom(self) -> Form:
        token = self.peek()
        if token is None:
            return UNKNOWN
        if token.kind == "text":
            return self._text()
        if token.kind == "number":
            self.at += 1
            return Number(token.text)
        if token.kind == "name":
            self.at += 1
            return Name(token.text, token.line)
        if self.at in self.pairs:
            return self._bracketed(token.text)
        if token.text in CLOSING or token.text in _ENDS:
            return UNKNOWN
        self.at += 1
        return UNKNOWN

    def _text(self) -> Form:
        found: list[Text] = []
        while (token := self.peek()) is not None and (
            token.string is not None or (token.kind == "newline" and found and self._text_follows())
        ):
            if token.string is not None:
                found.append(token.string)
            self.at += 1
        return joined(found)

    def _text_follows(self) -> bool:
        ahead = 0
        while (token := self.peek(ahead)) is not None and token.kind == "newline":
            ahead += 1
        return token is not None and token.string is not None

    def _inside(self) -> "_Python":
        """What stands in the bracket that opens here, which is passed over."""
        close = self.close_of(self.at)
        inner = _Python(self.tokens, self.pairs, at=self.at + 1, end=close, depth=self.depth + 1)
        self.at = close + 1
        return inner

    def _bracketed(self, sign: str) -> Form:
        inner = self._inside()
        if inner.depth > MOST_DEEP:
            return UNKNOWN
        if sign == "{":
            return inner.keyed()
        items: list[Form] = []
        has_comma = sign == "["
        while not inner.peek_is_only_newlines():
            is_spread = inner.says("*")
            value = inner.expression()
            items.append(Unknown((value,)) if is_spread else value)
            if inner.take(","):
                has_comma = True
            elif inner.peek() is not None:
                inner.at += 1
        return Listed(tuple(items)) if has_comma or not items else items[0]

    def peek_is_only_newlines(self) -> bool:
        """Whether nothing but line ends is left."""
        while (token := self.peek()) is not None and token.kind == "newline":
            self.at += 1
        return self.peek() is None

    def keyed(self) -> Form:
        """The pairs of a mapping, or the items of a set."""
        pairs: list[tuple[Form, Form]] = []
        items: list[Form] = []
        while not self.peek_is_only_newlines():
            key = self.expression()
            if self.take(":"):
                pairs.append((key, self.expression()))
            else:
                items.append(key)
            if not self.take(",") and self.peek() is not None:
                self.at += 1
        return Listed(tuple(items)) if items and not pairs else Keyed(tuple(pairs))

    def _with_rest(self, value: Form) -> Form:
        """A value with what is taken of it and what it is called with."""
        first = self.tokens[self.at - 1] if self.at > 0 else None
        while (token := self.peek()) is not None:
            after = self.peek(1)
            if token.kind == "newline" and self.depth > 0 and self._dot_follows():
                self.at += 1
            elif token.says(".") and after is not None and after.kind == "name":
                self.at += 2
                opens = self.peek()
                if opens is not None and opens.says("("):
                    value = self._call(after.text, of=value, first=first)
                elif isinstance(value, Name):
                    value = Name(f"{value.id}.{after.text}", value.line)
                else:
                    value = Unknown((value,))
            elif token.says("("):
                if isinstance(value, Name):
                    of, _, name = value.id.rpartition(".")
                    value = self._call(name, of=Name(of, value.line) if of else None, first=first)
                else:
                    value = self._call("", of=value, first=first)
            elif token.says("["):
                inner = self._inside()
                value = Unknown((value, inner.expression() if inner.depth <= MOST_DEEP else UNKNOWN))
            else:
                break
        return value

    def _dot_follows(self) -> bool:
        ahead = 0
        while (token := self.peek(ahead)) is not None and token.kind == "newline":
            ahead += 1
        return token is not None and token.says(".")

    def _call(self, name: str, *, of: Form | None, first: Token | None) -> Call:
        opened = self.tokens[self.at]
        inner = self._inside()
        closed = self.tokens[min(self.at - 1, len(self.tokens) - 1)]
        arguments = inner.arguments() if inner.depth <= MOST_DEEP else (Argument("**", UNKNOWN),)
        began = first or opened
        line = _line_of(of) or began.line
        return Call(
            name=name,
            of=of,
            arguments=arguments,
            line=line,
            end_line=closed.end_line,
            start=began.start,
            end=closed.end,
        )

    def arguments(self) -> tuple[Argument, ...]:
        """What a call is given."""
        found: list[Argument] = []
        while not self.peek_is_only_newlines():
            name = ""
            token, after = self.peek(), self.peek(1)
            if token is not None and token.says("*", "**"):
                name = token.text
            elif token is not None and token.kind == "name" and after is not None and after.says("="):
                name = token.text
                self.at += 2
            found.append(Argument(name, self.expression()))
            if not self.take(",") and self.peek() is not None:
                self.at += 1
        return tuple(found)

    def parameters(self) -> tuple[str, ...]:
        """The names that a function takes, or what a class is made of."""
        inner = self._inside()
        found: list[str] = []
        while not inner.peek_is_only_newlines():
            value = inner.expression()
            if inner.take("=", ":"):
                inner.expression()
                if inner.take("="):
                    inner.expression()
            found.append(value.id if isinstance(value, Name) else "")
            if not inner.take(",") and inner.peek() is not None:
                inner.at += 1
        return tuple(found)


def _line_of(form: Form | None) -> int:
    while isinstance(form, Call):
        if form.of is None:
            return form.line
        form = form.of
    return form.line if isinstance(form, Name | Text) else 0


def joined(texts: list[Text]) -> Text:
    """Strings that are one behind the other."""
    if len(texts) == 1:
        return texts[0]
    return Text(
        "".join(each.value for each in texts),
        texts[0].line,
        texts[-1].end_line,
        any(each.has_holes for each in texts),
    )


def _combined(parts: list[Form], signs: list[str]) -> Form:
    """Values with operators between them: strings that are added, or filled in by `%`, are one string."""
    if len(parts) == 1 and not signs:
        return parts[0]
    texts = [each for each in parts if isinstance(each, Text)]
    if texts and all(sign == "+" for sign in signs):
        if len(texts) == len(parts):
            return joined(texts)
        filled = [each if isinstance(each, Text) else Text("{}", texts[0].line, texts[0].line, True) for each in parts]
        return joined(filled)
    if isinstance(parts[0], Text) and signs[:1] == ["%"]:
        first = parts[0]
        return Text(first.value, first.line, first.end_line, True, first.is_as_laid_out)
    lists = [each for each in parts if isinstance(each, Listed)]
    if len(lists) == len(parts) and all(sign == "+" for sign in signs):
        return Listed(tuple(item for each in lists for item in each.items))
    if lists and all(sign == "+" for sign in signs):
        items = [item for each in parts for item in (each.items if isinstance(each, Listed) else (Unknown((each,)),))]
        return Listed(tuple(items))
    return Unknown(tuple(parts))
