"""Reads the values of JavaScript and TypeScript."""

from abc import abstractmethod
from typing import Final, Protocol, Self

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
from weighbridge.facts.calls.tokens import MOST_LINKS, Cursor, Token, TooDeepError

_PREFIXES: Final = ("await", "new", "!", "-", "+", "~", "typeof", "void", "yield", "...", "delete", "async")
_STOPS: Final = (",", ")", "]", "}", ";", ":", "=", "+=")
_GOES_ON: Final = (".", "?.", "&&", "||", "??", "?", ":", "+", "*", "=", "===", "!==", "==", "!=", "=>", "as")


class Statements(Protocol):
    """What whoever reads statements gives to whoever reads values."""

    @abstractmethod
    def _braces(self) -> tuple[Statement, ...]:
        """The statements of the block that opens here."""

    @abstractmethod
    def _method(self, token: Token) -> Statement | None:
        """A method in a class or an object."""

    @abstractmethod
    def _function(self, token: Token) -> Statement:
        """A function, behind its word."""


class ScriptValues(Cursor, Statements):
    """Reads values; whoever reads statements says how."""

    is_flat = True

    """Whether a line's end may end what is read: not within parentheses."""

    def _skip_newlines(self) -> None:
        while (token := self.peek()) is not None and token.kind == "newline":
            self.at += 1

    def _line(self) -> int:
        last = self.tokens[max(0, min(self.at, len(self.tokens)) - 1)]
        return last.end_line or last.line

    def _names_inside(self) -> tuple[tuple[str, ...], tuple[Statement, ...]]:
        """What a function takes, by name, and what it takes apart first: `{a: b}` is taken by a name of its own."""
        if not self.says("("):
            return (), ()
        close = self.close_of(self.at)
        names: list[str] = []
        apart: list[Statement] = []
        self.at += 1
        while self.at < close:
            token = self.tokens[self.at]
            if token.says("{"):
                names.append(f"({len(names)})")
                apart.append(self._taken_apart(Name(names[-1], token.line)))
            elif token.kind == "name" and not token.says("public", "private", "protected", "readonly", "async"):
                names.append(token.text)
            elif token.kind == "name" or token.says("...") or token.kind == "newline":
                self.at += 1
                continue
            else:
                names.append("")
            self.to_comma(close)
        self.at = close + 1
        return tuple(names), tuple(apart)

    def to_comma(self, close: int) -> None:
        """Go behind the next comma on this level, or behind what closes it."""
        while self.at < close and not self.tokens[self.at].says(","):
            self.at = self.close_of(self.at) + 1 if self.at in self.pairs else self.at + 1
        self.at += 1

    def _taken_apart(self, of: Name) -> Statement:
        """What `{a, b: c}` takes of something: the names that its members go by."""
        line = self.tokens[self.at].line
        inner = self._inside()
        pairs: list[tuple[Form, Form]] = []
        while (token := inner.peek()) is not None:
            alias = inner.peek(2) if (after := inner.peek(1)) is not None and after.says(":", "as") else None
            if token.kind == "name":
                known = alias.text if alias is not None and alias.kind == "name" else token.text
                pairs.append((Text(known, line, line), Name(f"{of.id}.{token.text}", line)))
                inner.to_comma(inner.end)
            else:
                inner.at += 1
        return Statement(kind="import", line=line, end_line=line, value=Keyed(tuple(pairs)))

    def expression(self) -> Form:
        """One value, up to what cannot belong to it."""
        self.deeper()
        try:
            return self._operation()
        finally:
            self.depth -= 1

    def _operation(self) -> Form:
        parts = [self._operand()]
        signs: list[str] = []
        while (token := self.peek()) is not None:
            if token.kind == "newline":
                if self.is_flat and not self._goes_on():
                    break
                self.at += 1
                continue
            if token.says(*_STOPS):
                if token.text == ":" and signs[-1:] == ["?"]:
                    self.at += 1
                    parts.append(self._operand())
                    signs.append(":")
                    continue
                break
            if token.says("as", "satisfies"):
                self.at += 1
                self._operand()
                continue
            if token.kind in ("name", "text", "number") and not token.says("in", "instanceof", "of"):
                break
            self.at += 1
            signs.append(token.text)
            self._skip_newlines()
            parts.append(self._operand())
        return _combined(parts, signs)

    def _goes_on(self) -> bool:
        ahead = 0
        while (token := self.peek(ahead)) is not None and token.kind == "newline":
            ahead += 1
        return token is not None and token.says(*_GOES_ON)

    def _operand(self) -> Form:
        self._skip_newlines()
        is_negated = False
        while (token := self.peek()) is not None and token.says(*_PREFIXES):
            is_negated ^= token.text == "!"
            after = self.peek(1)
            if token.text == "async" and after is not None and after.says("=>"):
                break
            self.at += 1
            if token.text == "-" and after is not None and after.kind == "number":
                self.at += 1
                return Number("-" + after.text)
            if token.text == "...":
                return Unknown((self.expression(),))
        value = UNKNOWN if token is None else self._with_rest(self._atom(token), token)
        return negated(value) if is_negated else value

    def _atom(self, token: Token) -> Form:
        if token.kind == "name":
            return self._word(token)
        if token.kind in ("text", "number"):
            self.at += 1
            return Number(token.text) if token.string is None else token.string
        if token.says("("):
            return self._parentheses()
        if token.says("[", "{"):
            inner = self._inside()
            return inner.keyed() if token.text == "{" else Listed(tuple(each.value for each in inner.arguments()))
        if not token.says(*_STOPS):
            self.at += 1
        return UNKNOWN

    def _word(self, token: Token) -> Form:
        after = self.peek(1)
        self.at += 1
        if token.text == "function":
            self.take("*")
            made = self._function(token)
            return Block(made.takes, made.body)
        if after is not None and after.says("=>"):
            self.at += 1
            return self._arrow((token.text,))
        return Name(token.text, token.line)

    def _parentheses(self) -> Form:
        behind = self.close_of(self.at) + 1
        arrow = behind
        if arrow < self.end and self.tokens[arrow].says(":"):
            while (
                arrow < self.end
                and not self.tokens[arrow].says("=>", ";", ",", ")", "{")
                and self.tokens[arrow].kind != "newline"
            ):
                arrow += 1
        if arrow < self.end and self.tokens[arrow].says("=>"):
            takes, apart = self._names_inside()
            self.at = arrow + 1
            return self._arrow(takes, apart)
        inner = self._inside()
        return inner.expression()

    def _arrow(self, takes: tuple[str, ...], apart: tuple[Statement, ...] = ()) -> Form:
        self._skip_newlines()
        if self.says("{"):
            return Block(takes, (*apart, *self._braces()))
        self.depth += 1
        token = self.peek()
        line = token.line if token is not None else 0
        value = self.expression()
        self.depth -= 1
        return Block(takes, (*apart, Statement(kind="return", line=line, end_line=self._line(), value=value)))

    def _inside(self) -> Self:
        close = self.close_of(self.at)
        inner = type(self)(self.tokens, self.pairs, at=self.at + 1, end=close, depth=self.depth + 1)
        inner.is_flat = False
        self.at = close + 1
        return inner

    def keyed(self) -> Form:
        """The pairs of an object; methods are functions under their names."""
        pairs: list[tuple[Form, Form]] = []
        while True:
            self._skip_newlines()
            token = self.peek()
            if token is None:
                break
            before = self.at
            while (
                self.says("async", "get", "set", "*")
                and (after := self.peek(1)) is not None
                and not after.says(":", ",", "(")
            ):
                self.at += 1
            method = self._method(token)
            if method is not None:
                pairs.append((Text(method.name, method.line, method.line), Block(method.takes, method.body)))
            elif self.says("..."):
                pairs.append((Text("*", token.line, token.line), self.expression()))
            else:
                pairs.append(self._pair())
            if not self.take(",") and self.at == before:
                self.at += 1
        return Keyed(tuple(pairs))

    def _pair(self) -> tuple[Form, Form]:
        token = self.advance()
        assert token is not None, "asked before"
        said = token.string.value if token.string is not None else token.text
        if token.says("["):
            self.at = self.close_of(self.at - 1) + 1
            said = "*"
        self._skip_newlines()
        key = Text(said, token.line, token.line)
        return (key, self.expression()) if self.take(":") else (key, Name(said, token.line))

    def _with_rest(self, value: Form, first: Token) -> Form:
        """A value with what is taken of it and called on it."""
        links = 0
        while (token := self.peek()) is not None:
            links += 1
            if links > MOST_LINKS:
                raise TooDeepError
            ahead = 0
            while (after := self.peek(ahead)) is not None and after.kind == "newline":
                ahead += 1
            name = self.peek(ahead + 1)
            if after is not None and after.says(".", "?.") and name is not None:
                if name.kind != "name":
                    self.at += ahead + 1
                    continue
                self.at += ahead + 2
                if self.says("("):
                    value = self._call(name.text, of=value, first=first, line=name.line)
                else:
                    value = (
                        Name(f"{value.id}.{name.text}", value.line) if isinstance(value, Name) else Unknown((value,))
                    )
            elif token.says("("):
                of, _, last = value.id.rpartition(".") if isinstance(value, Name) else ("", "", "")
                holder = Name(of, first.line) if of else None if isinstance(value, Name) else value
                value = self._call(last, of=holder, first=first, line=first.line)
            elif token.kind == "text" and token.string is not None and isinstance(value, Name) and not token.is_apart:
                self.at += 1
                of, _, last = value.id.rpartition(".")
                given = (Argument("", token.string),)
                value = Call(
                    name=last,
                    of=Name(of) if of else None,
                    arguments=given,
                    line=first.line,
                    end_line=token.end_line,
                    start=first.start,
                    end=token.end,
                )
            elif token.says("["):
                inner = self._inside()
                value = Unknown((value, inner.expression()))
            elif (
                token.says("!")
                and not token.is_apart
                and (after := self.peek(1)) is not None
                and after.says(".", ")", ",", ";", "[")
            ):
                self.at += 1
            else:
                break
        return value

    def _call(self, name: str, *, of: Form | None, first: Token, line: int) -> Call:
        inner = self._inside()
        closed = self.tokens[min(self.at - 1, len(self.tokens) - 1)]
        arguments = inner.arguments()
        return Call(
            name=name, of=of, arguments=arguments, line=line, end_line=closed.line, start=first.start, end=closed.end
        )

    def arguments(self) -> tuple[Argument, ...]:
        """What a call is given."""
        found: list[Argument] = []
        while True:
            self._skip_newlines()
            if self.peek() is None:
                break
            before = self.at
            found.append(Argument("", self.expression()))
            if (not self.take(",") and self.at == before) or (
                self.peek() is not None and not self.tokens[self.at - 1].says(",")
            ):
                self.at += 1
        return tuple(found)


def _combined(parts: list[Form], signs: list[str]) -> Form:
    if len(parts) == 1 and not signs:
        return parts[0]
    texts = [each for each in parts if isinstance(each, Text)]
    if texts and all(sign == "+" for sign in signs):
        line = texts[0].line
        return joined([each if isinstance(each, Text) else hole_of(each, line) for each in parts])
    return Unknown(tuple(parts))
