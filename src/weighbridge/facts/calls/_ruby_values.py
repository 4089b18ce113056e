"""Reads Ruby's values."""

from abc import abstractmethod
from typing import Final, Protocol, Self

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
)
from weighbridge.facts.calls.strings import hole_of, joined
from weighbridge.facts.calls.tokens import MOST_LINKS, Cursor, Token, TooDeepError

ENDS: Final = ("end", "else", "elsif", "when", "in", "rescue", "ensure", "}")
"""What ends the statements of a body."""
MODIFIERS: Final = ("if", "unless", "while", "until", "rescue")
"""What may stand behind a statement, and say whether it is done."""
_KEYWORDS: Final = (
    *ENDS,
    *MODIFIERS,
    "do",
    "then",
    "and",
    "or",
    "not",
    "return",
    "def",
    "class",
    "module",
    "case",
    "begin",
    "for",
)
_STOPS: Final = (",", ")", "]", "}", ";", "=>", "=", "||=", "|=", "+=", "-=", "*=", "&=", "do", "then", "end", ":")
_PREFIXES: Final = ("!", "-", "*", "**", "&", "+", "not", "::")
_SIGNS: Final = ("+", "<<")


class Statements(Protocol):
    """What whoever reads statements gives to whoever reads values."""

    @abstractmethod
    def statements(self) -> tuple[Statement, ...]:
        """Statements up to what ends their block."""

    @abstractmethod
    def _branching(self, token: Token) -> Statement:
        """A statement with branches, or a loop."""

    @abstractmethod
    def _body(self) -> tuple[Statement, ...]:
        """Statements up to the `end`, those of every branch."""


class RubyValues(Cursor, Statements):
    """Reads values; whoever reads statements says how."""

    has_no_do = False

    """Whether a `do` that comes next belongs to a call further out."""

    def _skip_newlines(self) -> None:
        while (token := self.peek()) is not None and token.kind == "newline":
            self.at += 1

    def _line(self) -> int:
        """The line of what was read last."""
        last = self.tokens[max(0, min(self.at, len(self.tokens)) - 1)]
        return last.string.end_line if last.string is not None else last.line

    def sequence(self) -> Form:
        """Values with commas between them, which make a list."""
        first = self.expression()
        if not self.says(","):
            return first
        items = [first]
        while self.take(","):
            self._skip_newlines()
            items.append(self.expression())
        return Listed(tuple(items))

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
            if token.kind in ("newline", "label", "text") or token.says(*_STOPS, *MODIFIERS):
                if token.kind == "label" and signs[-1:] == ["?"]:
                    self.at += 1
                break
            if token.kind == "name" and not token.says("and", "or"):
                break
            self.at += 1
            signs.append(token.text)
            self._skip_newlines()
            parts.append(self._operand())
            if signs[-1] == "?" and self.take(":"):
                parts.append(self._operand())
        return _combined(parts, signs)

    def _operand(self) -> Form:
        token = self.peek()
        while token is not None and token.says(*_PREFIXES):
            self.at += 1
            after = self.peek()
            if token.text == "-" and after is not None and after.kind == "number":
                self.at += 1
                return Number("-" + after.text)
            token = after
        if token is None:
            return UNKNOWN
        return self._with_rest(self._atom(token), token)

    def _atom(self, token: Token) -> Form:
        if token.says("->", "lambda", "proc"):
            return self._lambda()
        if token.kind == "name":
            return self._word(token)
        if token.kind == "text":
            return self._text()
        if self.at in self.pairs:
            return self._bracketed(token)
        if token.kind == "number" or not (token.says(*_STOPS) or token.kind in ("newline", "label")):
            self.at += 1
        return Number(token.text) if token.kind == "number" else UNKNOWN

    def _word(self, token: Token) -> Form:
        if token.text in ("if", "unless", "case", "begin"):
            return Unknown((Block((), (self._branching(token),)),))
        if token.text in _KEYWORDS:
            return UNKNOWN
        self.at += 1
        return Name(token.text, token.line)

    def _text(self) -> Form:
        found: list[Text] = []
        while (token := self.peek()) is not None and token.string is not None:
            found.append(token.string)
            self.at += 1
        return joined(found)

    def _lambda(self) -> Form:
        self.at += 1
        takes = self._names_inside() if self.says("(") else ()
        block = self._block()
        return Block(takes, block.body if block is not None else ())

    def _inner(self, at: int, end: int) -> Self:
        return type(self)(self.tokens, self.pairs, at=at, end=end, depth=self.depth + 1)

    def _names_inside(self) -> tuple[str, ...]:
        close = self.close_of(self.at)
        pairs = zip(self.tokens[self.at : close], self.tokens[self.at + 1 : close], strict=False)
        # what takes all that is left is no one value, and so goes by no name that is known
        names = [f"*{t.text}" if had.says("*") else t.text for had, t in pairs if t.kind in ("name", "label")]
        self.at = close + 1
        return tuple(names)

    def _bracketed(self, token: Token) -> Form:
        close = self.close_of(self.at)
        inner = self._inner(self.at + 1, close)
        self.at = close + 1
        if token.text == "{":
            return Keyed(tuple((Text(a.name, token.line, token.line), a.value) for a in inner.arguments() if a.name))
        if token.text == "[":
            return Listed(tuple(each.value for each in inner.arguments()))
        body = inner.statements()
        values = [each.value for each in body if each.value is not None]
        return values[0] if len(body) == 1 and body[0].kind == "do" and values else Unknown((Block((), body),))

    def _with_rest(self, value: Form, first: Token) -> Form:
        """A value with what is called on it."""
        value = self._called(value, of=None, first=first) if isinstance(value, Name) else value
        links = 0
        while (token := self.peek()) is not None:
            links += 1
            if links > MOST_LINKS:
                raise TooDeepError
            ahead = 0
            while (after := self.peek(ahead)) is not None and after.kind == "newline":
                ahead += 1
            if after is not None and after.says(".", "&."):
                self.at += ahead + 1
                self._skip_newlines()
                name = self.advance()
                if name is None:
                    break
                if name.kind == "label":
                    self.at -= 1
                    break
                value = self._called(Name(name.text, name.line), of=value, first=first)
            elif token.says("[") and not token.is_apart:
                inner = self._inner(self.at + 1, self.close_of(self.at))
                self.at = self.close_of(self.at) + 1
                value = Unknown((value, *(each.value for each in inner.arguments())))
            else:
                break
        return value

    def _called(self, name: Name, *, of: Form | None, first: Token) -> Form:
        """A name, with what it is given and the block behind it; alone it stays a name where nothing shows a call."""
        token = self.peek()
        arguments: tuple[Argument, ...] = ()
        is_call = of is not None or name.id[-1:] in ("!", "?")
        if token is not None and token.says("(") and not token.is_apart:
            close = self.close_of(self.at)
            inner = self._inner(self.at + 1, close)
            self.at = close + 1
            arguments = inner.arguments()
            is_call = True
        elif token is not None and self._begins_argument(token):
            had, self.has_no_do = self.has_no_do, True
            arguments = self.arguments()
            self.has_no_do = had
            is_call = True
        end = self.at
        block = self._block()
        if block is None and not is_call:
            return name
        last = self.tokens[max(0, min(end, len(self.tokens)) - 1)]
        return Call(
            name=name.id,
            of=of,
            arguments=arguments,
            block=block,
            line=first.line,
            end_line=max(last.line, last.string.end_line if last.string is not None else 0),
            start=first.start,
            end=last.end,
        )

    def _begins_argument(self, token: Token) -> bool:
        """Whether what a call is given begins here, without parentheses."""
        if not token.is_apart:
            return False
        if token.kind in ("text", "number", "label"):
            return True
        if token.kind == "name":
            return token.text not in _KEYWORDS or token.text in ("not",)
        after = self.peek(1)
        if token.says("[", "->", "::"):
            return True
        if token.says("("):
            return True
        return token.says("*", "&", "-", "**", ":") and after is not None and not after.is_apart

    def _block(self) -> Block | None:
        token = self.peek()
        if token is None:
            return None
        if token.says("{"):
            close = self.close_of(self.at)
            inner = self._inner(self.at + 1, close)
            self.at = close + 1
            return Block(inner.taken(), inner.statements())
        if token.says("do") and not self.has_no_do:
            self.at += 1
            takes = self.taken()
            return Block(takes, self._body())
        return None

    def taken(self) -> tuple[str, ...]:
        """What a block takes, between bars."""
        if not self.take("|"):
            self.take("||")
            return ()
        names: list[str] = []
        while (token := self.advance()) is not None and not token.says("|"):
            if token.kind in ("name", "label"):
                names.append(token.text)
        return tuple(names)

    def arguments(self) -> tuple[Argument, ...]:
        """What a call is given, up to what ends it."""
        found: list[Argument] = []
        while True:
            self._skip_newlines()
            token = self.peek()
            if token is None or token.says(")", "]", "}", "end"):
                break
            before = self.at
            found.append(self._argument(token))
            if self.at == before:
                self.at += 1
            if not self._takes_comma():
                break
        return tuple(found)

    def _takes_comma(self) -> bool:
        ahead = 0
        if self.has_no_do:
            return self.take(",")
        while (token := self.peek(ahead)) is not None and token.kind == "newline":
            ahead += 1
        if token is not None and token.says(","):
            self.at += ahead + 1
            return True
        return False

    def _argument(self, token: Token) -> Argument:
        if token.kind == "label":
            self.at += 1
            self._skip_newlines()
            following = self.peek()
            if following is None or following.says(",", ")", "}"):
                return Argument(token.text, Name(token.text, token.line))
            return Argument(token.text, self.expression())
        name = token.text if token.says("*", "**", "&") else ""
        value = self.expression()
        if self.take("=>"):
            self._skip_newlines()
            key = value.value if isinstance(value, Text) else "**"
            return Argument(key, self.expression())
        return Argument(name, value)


def _combined(parts: list[Form], signs: list[str]) -> Form:
    if len(parts) == 1 and not signs:
        return parts[0]
    texts = [each for each in parts if isinstance(each, Text)]
    if texts and all(sign in _SIGNS for sign in signs):
        if len(texts) == len(parts):
            return joined(texts)
        line = texts[0].line
        return joined([each if isinstance(each, Text) else hole_of(each, line) for each in parts])
    if isinstance(parts[0], Text) and signs[:1] == ["%"]:
        first = parts[0]
        return replace(first, has_holes=True)
    return Unknown(tuple(parts))
