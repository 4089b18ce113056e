"""Reads Ruby's statements and values, as far as migrations use them."""

from weighbridge.facts.calls._ruby_tokens import ruby_tokens
from weighbridge.facts.calls._ruby_values import ENDS, MODIFIERS, RubyValues
from weighbridge.facts.calls.forms import (
    Block,
    Form,
    Listed,
    Name,
    Statement,
    Unknown,
)
from weighbridge.facts.calls.tokens import Token, matched


def read_ruby(source: str) -> tuple[Statement, ...]:
    """The statements of a file."""
    return read_whole_ruby(source)[0]


def read_whole_ruby(source: str) -> tuple[tuple[Statement, ...], int]:
    """The statements of a file, and the line from which on Ruby would not read it: a text, a bracket or a block never ends, or one
    ends that did not begin. 0 where there is none.
    """
    tokens, unended = ruby_tokens(source)
    pairs = matched(tokens)
    reader = _Ruby(tokens, pairs, at=0, end=len(tokens))
    statements = reader.statements()
    opened = (tokens[at].line for at, close in pairs.items() if close == len(tokens))
    left = reader.peek()
    return statements, unended or next(opened, 0) or (left.line if left is not None else reader.unended)


class _Ruby(RubyValues):
    """Reads statements and values."""

    unended = 0
    """The line at which a block begins that never ends; 0 where each does."""

    def statements(self) -> tuple[Statement, ...]:
        """Statements up to what ends their block."""
        found: list[Statement] = []
        self.deeper()
        while True:
            self._skip_ends()
            token = self.peek()
            if token is None or token.says(*ENDS):
                break
            before = self.at
            found.append(self._statement(token))
            if self.at == before:
                self.at += 1
        self.depth -= 1
        return tuple(found)

    def _skip_ends(self) -> None:
        while (token := self.peek()) is not None and (token.kind == "newline" or token.says(";")):
            self.at += 1

    def _statement(self, token: Token) -> Statement:
        match token.text if token.kind == "name" else "":
            case "def":
                return self._def(token)
            case "class" | "module":
                return self._class(token)
            case "if" | "unless" | "case" | "begin" | "while" | "until" | "for":
                return self._branching(token)
            case "return":
                self.at += 1
                follows = self.peek()
                is_alone = follows is None or follows.kind == "newline" or follows.says(*MODIFIERS, *ENDS, ";")
                value = None if is_alone else self.sequence()
                return self._modified(Statement(kind="return", line=token.line, end_line=self._line(), value=value))
        value = self.sequence()
        sign = self.peek()
        if sign is not None and sign.says("=", "||=", "|=", "+=", "-=", "*=", "&="):
            self.at += 1
            self._skip_newlines()
            bound = self._branching_value()
            name = value.id if isinstance(value, Name) else ""
            takes = tuple(e.id for e in value.items if isinstance(e, Name)) if isinstance(value, Listed) else ()
            made = Statement(kind="bind", line=token.line, end_line=self._line(), name=name, value=bound, takes=takes)
            return self._modified(made)
        return self._modified(Statement(kind="do", line=token.line, end_line=self._line(), value=value))

    def _branching_value(self) -> Form:
        token = self.peek()
        if token is not None and token.kind == "name" and token.text in ("if", "unless", "case", "begin"):
            return Unknown((Block((), (self._branching(token),)),))
        return self.sequence()

    def _modified(self, made: Statement) -> Statement:
        """A statement with the condition behind it."""
        token = self.peek()
        if token is None or not token.says(*MODIFIERS):
            return made
        self.at += 1
        asked = self.expression()
        return Statement(kind="if", line=made.line, end_line=made.end_line, name=token.text, value=asked, body=(made,))

    def _def(self, token: Token) -> Statement:
        self.at += 1
        name = self.advance()
        while self.take("."):
            name = self.advance()
        takes: tuple[str, ...] = ()
        if self.says("("):
            takes = self._names_inside()
        if self.take("="):
            value = self.sequence()
            inner: tuple[Statement, ...] = (Statement(kind="do", line=token.line, end_line=self._line(), value=value),)
            return Statement(
                kind="def", line=token.line, end_line=self._line(), name=_said(name), takes=takes, body=inner
            )
        self._to_line_end()
        body = self._body()
        return Statement(kind="def", line=token.line, end_line=self._line(), name=_said(name), takes=takes, body=body)

    def _class(self, token: Token) -> Statement:
        self.at += 1
        name = self.peek()
        self.at += 1
        takes: tuple[str, ...] = ()
        if self.take("<"):
            of = self.expression()
            named = of.parts[0] if isinstance(of, Unknown) and of.parts else of
            takes = (named.id,) if isinstance(named, Name) else ()
        self._to_line_end()
        body = self._body()
        return Statement(kind="class", line=token.line, end_line=self._line(), name=_said(name), takes=takes, body=body)

    def _to_line_end(self) -> None:
        while (token := self.peek()) is not None and token.kind != "newline" and not token.says(";"):
            self.at = self.close_of(self.at) + 1 if self.at in self.pairs else self.at + 1

    def _body(self) -> tuple[Statement, ...]:
        """Statements up to the `end`, those of every branch."""
        found: list[Statement] = []
        line = self.tokens[min(self.at, len(self.tokens)) - 1].line if self.tokens else 1
        while True:
            found += self.statements()
            token = self.peek()
            if token is None or token.says("end", "}"):
                if not self.take("end") and token is None and self.end == len(self.tokens):
                    self.unended = self.unended or line
                return tuple(found)
            self.at += 1
            if token.says("elsif", "when", "in"):
                line = token.line
                asked = self.sequence()
                self.take("then")
                found.append(Statement(kind="if", line=line, end_line=line, value=asked))
            elif token.says("rescue"):
                self._to_line_end()

    def _branching(self, token: Token) -> Statement:
        self.at += 1
        value: Form | None = None
        if token.text == "for":
            self.sequence()
            self.take("in")
        if token.text != "begin":
            self.has_no_do = True
            value = self.sequence()
            self.has_no_do = False
            self.take("then", "do")
        body = self._body()
        kind = "loop" if token.text in ("while", "until", "for") else "if"
        return Statement(
            kind="loop" if kind == "loop" else "if",
            line=token.line,
            end_line=self._line(),
            name=token.text,
            value=value,
            body=body,
        )


def _said(token: Token | None) -> str:
    return token.text if token is not None else ""
