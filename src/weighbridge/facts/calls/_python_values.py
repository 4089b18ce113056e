"""Reads Python's values."""

from typing import Final

from msgspec.structs import replace

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
    negated,
)
from weighbridge.facts.calls.strings import hole_of, joined
from weighbridge.facts.calls.tokens import CLOSING, MOST_LINKS, Cursor, Token, TooDeepError

_WORDS_BETWEEN: Final = ("if", "else", "and", "or", "in", "not", "is")
_BEFORE: Final = ("-", "+", "~", "not", "await", "*", "**")
_OPPOSITES: Final = ("not", "~")
"""What makes a value, or a condition of Django's, its opposite."""
_ENDS: Final = (",", ":", "=", ";", "+=")


_AFTER: Final = ("for", "if", "async")
"""What may stand behind that over which a comprehension goes."""
_MOST_LOOPS: Final = 4


class PythonValues(Cursor):
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
        self.deeper()
        try:
            return self._operation(stops)
        finally:
            self.depth -= 1

    def _operation(self, stops: tuple[str, ...]) -> Form:
        parts = [self._operand(stops)]
        signs: list[str] = []
        while (token := self.peek()) is not None:
            if token.kind == "newline":
                self.at += 1
                continue
            if token.says(*_ENDS, *stops) or (token.text in CLOSING and token.kind == "symbol"):
                break
            if token.says("for", "async"):
                return Unknown(tuple(parts), self._comprehension() if len(parts) == 1 and not signs else ())
            self.at += 1
            signs.append(token.text)
            if token.kind == "symbol" or token.says(*_WORDS_BETWEEN):
                parts.append(self._operand(stops))
        return _combined(parts, signs)

    def _comprehension(self) -> tuple[tuple[tuple[str, ...], Form], ...]:
        """The loops of a comprehension, which is passed over; none where a condition takes some of the turns away."""
        found: list[tuple[tuple[str, ...], Form]] = []
        while self.take("for"):
            target = self.sequence(stops=("in",))
            if not self.take("in"):
                break
            names = (target,) if isinstance(target, Name) else target.items if isinstance(target, Listed) else ()
            found.append((tuple(each.id for each in names if isinstance(each, Name)), self.expression(_AFTER)))
            self.peek_is_only_newlines()
        rest = self.peek()
        is_whole = rest is None or (rest.kind == "symbol" and rest.text in (*CLOSING, ","))
        self._skip_comprehension()
        return tuple(found) if is_whole and len(found) <= _MOST_LOOPS else ()

    def _skip_comprehension(self) -> None:
        while (token := self.peek()) is not None and not (token.kind == "symbol" and token.text in CLOSING):
            self.at = self.close_of(self.at) + 1 if self.at in self.pairs else self.at + 1

    def _operand(self, stops: tuple[str, ...]) -> Form:
        is_negated = False
        is_asked_of = self.at > 0 and self.tokens[self.at - 1].says("is")  # `is not` compares
        while self.says(*_BEFORE) or ((token := self.peek()) is not None and token.kind == "newline"):
            sign = self.advance()
            is_negated ^= sign is not None and sign.text in _OPPOSITES and not is_asked_of
            token = self.peek()
            if sign is not None and sign.text == "-" and token is not None and token.kind == "number":
                self.at += 1
                return Number("-" + token.text)
        if self.says("lambda"):
            return self._lambda(stops)
        value = self._with_rest(self._atom())
        return negated(value) if is_negated else value

    def _lambda(self, stops: tuple[str, ...]) -> Form:
        while (token := self.peek()) is not None and not token.says(":"):
            self.at = self.close_of(self.at) + 1 if self.at in self.pairs else self.at + 1
        line = token.line if token is not None else 0
        self.take(":")
        value = self.expression(stops)
        return Block((), (Statement(kind="return", line=line, end_line=line, value=value),))

    def _atom(self) -> Form:
        token = self.peek()
        if token is None or token.kind == "text":
            return self._text() if token is not None else UNKNOWN
        if token.kind in ("number", "name"):
            self.at += 1
            return Number(token.text) if token.kind == "number" else Name(token.text, token.line)
        if self.at in self.pairs:
            return self._bracketed(token.text)
        if token.text not in CLOSING and token.text not in _ENDS:
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

    def _inside(self) -> "PythonValues":
        """What stands in the bracket that opens here, which is passed over."""
        close = self.close_of(self.at)
        inner = PythonValues(self.tokens, self.pairs, at=self.at + 1, end=close, depth=self.depth + 1)
        self.at = close + 1
        return inner

    def _bracketed(self, sign: str) -> Form:
        inner = self._inside()
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
        first = self.tokens[min(self.at, len(self.tokens)) - 1] if self.at > 0 and self.tokens else None
        links = 0
        while (token := self.peek()) is not None:
            links += 1
            if links > MOST_LINKS:
                raise TooDeepError
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
                value = Unknown((value, inner.expression()))
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
        arguments = inner.arguments()
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
            of = value.parts[0] if isinstance(value, Unknown) and value.parts else value  # `List[int]` is of `List`
            found.append(of.id if isinstance(of, Name) else "")
            if not inner.take(",") and inner.peek() is not None:
                inner.at += 1
        return tuple(found)


def _line_of(form: Form | None) -> int:
    while isinstance(form, Call):
        if form.of is None:
            return form.line
        form = form.of
    return form.line if isinstance(form, Name | Text) else 0


def _combined(parts: list[Form], signs: list[str]) -> Form:
    """Values with operators between them: strings that are added, or filled in by `%`, are one string, and lists one list."""
    if len(parts) == 1 and not signs:
        return parts[0]
    if isinstance(parts[0], Text) and signs[:1] == ["%"]:
        return replace(parts[0], has_holes=True)
    if all(sign == "+" for sign in signs):
        texts = [each for each in parts if isinstance(each, Text)]
        if texts:
            return joined([each if isinstance(each, Text) else hole_of(each, texts[0].line) for each in parts])
        if any(isinstance(each, Listed) for each in parts):
            return Listed(tuple(i for e in parts for i in (e.items if isinstance(e, Listed) else (Unknown((e,)),))))
    return Unknown(tuple(parts))
