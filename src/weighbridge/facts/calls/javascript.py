"""Reads the statements and values of JavaScript and TypeScript, as far as migrations use them."""

from typing import Final

from weighbridge.facts.calls._javascript_tokens import javascript_tokens
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
from weighbridge.facts.calls.python import joined
from weighbridge.facts.calls.tokens import MOST_DEEP, Cursor, Token, matched

_WORDS_BEFORE: Final = (
    "export",
    "default",
    "async",
    "public",
    "private",
    "protected",
    "static",
    "readonly",
    "declare",
    "abstract",
    "override",
)
_PREFIXES: Final = ("await", "new", "!", "-", "+", "~", "typeof", "void", "yield", "...", "delete", "async")
_STOPS: Final = (",", ")", "]", "}", ";", ":", "=", "+=")
_GOES_ON: Final = (".", "?.", "&&", "||", "??", "?", ":", "+", "*", "=", "===", "!==", "==", "!=", "=>", "as")
_LOOPS: Final = ("for", "while", "do")


def read_javascript(source: str) -> tuple[Statement, ...]:
    """The statements of a file."""
    tokens = javascript_tokens(source)
    return _Script(tokens, matched(tokens), at=0, end=len(tokens)).statements()


class _Script(Cursor):
    """Reads statements and values."""

    is_flat = True
    """Whether a line's end may end what is read: not within parentheses."""

    def statements(self) -> tuple[Statement, ...]:
        """All statements that are left."""
        found: list[Statement] = []
        if self.depth > MOST_DEEP:
            return ()
        while True:
            self._skip_ends()
            token = self.peek()
            if token is None:
                break
            before = self.at
            made = self._statement(token)
            if made is not None:
                found.append(made)
            if self.at == before:
                self.at += 1
        return tuple(found)

    def _skip_ends(self) -> None:
        while (token := self.peek()) is not None and (token.kind == "newline" or token.says(";", ",", "}", ")")):
            self.at += 1

    def _skip_newlines(self) -> None:
        while (token := self.peek()) is not None and token.kind == "newline":
            self.at += 1

    def _line(self) -> int:
        last = self.tokens[max(0, min(self.at, len(self.tokens)) - 1)]
        return last.end_line or last.line

    def _statement(self, token: Token) -> Statement | None:
        while self.says(*_WORDS_BEFORE):
            self.at += 1
        if self.take("@"):
            self.expression()
            return None
        first = self.peek()
        word = first.text if first is not None and first.kind == "name" else ""
        if word in ("import", "type", "interface", "declare") and not self._is_called_or_bound():
            self._to_line_end()
            return None
        if word == "class":
            return self._class(token)
        if word == "function":
            self.at += 1
            self.take("*")
            return self._function(token)
        if word in ("const", "let", "var"):
            self.at += 1
        if word in ("if", "switch", "try", "else", "catch", "finally", *_LOOPS):
            return self._branching(token, word)
        if word in ("return", "throw"):
            self.at += 1
            value = self.expression() if not self._ends_here() else None
            kind = "return" if word == "return" else "do"
            return Statement(
                kind="return" if kind == "return" else "do", line=token.line, end_line=self._line(), value=value
            )
        if (method := self._method(token)) is not None:
            return method
        value = self.expression()
        if self.take(":"):
            self._skip_type()
        if self.take("=", "+="):
            self._skip_newlines()
            bound = self.expression()
            name = value.id if isinstance(value, Name) else ""
            return Statement(kind="bind", line=token.line, end_line=self._line(), name=name, value=bound)
        return Statement(kind="do", line=token.line, end_line=self._line(), value=value)

    def _is_called_or_bound(self) -> bool:
        after = self.peek(1)
        return after is not None and after.says("(", "=", ".")

    def _ends_here(self) -> bool:
        token = self.peek()
        return token is None or token.kind == "newline" or token.says(";", "}")

    def _to_line_end(self) -> None:
        while (token := self.peek()) is not None and token.kind != "newline" and not token.says(";"):
            self.at = self.close_of(self.at) + 1 if self.at in self.pairs else self.at + 1

    def _class(self, token: Token) -> Statement:
        self.at += 1
        name = self.peek()
        takes: list[str] = []
        while (each := self.peek()) is not None and not each.says("{"):
            takes.append(each.text)
            self.at += 1
        body = self._braces()
        said = name.text if name is not None else ""
        return Statement(kind="class", line=token.line, end_line=self._line(), name=said, takes=tuple(takes), body=body)

    def _function(self, token: Token) -> Statement:
        name = self.advance() if not self.says("(") else None
        takes = self._names_inside()
        self._skip_type(stops=("{",))
        said = name.text if name is not None else ""
        return Statement(
            kind="def", line=token.line, end_line=self._line(), name=said, takes=takes, body=self._braces()
        )

    def _method(self, token: Token) -> Statement | None:
        """A method in a class or an object: a name, what it takes, and a body."""
        name, opens = self.peek(), self.peek(1)
        if name is None or name.kind not in ("name", "text") or opens is None or not opens.says("("):
            return None
        behind = self.close_of(self.at + 1) + 1
        after = self.tokens[behind] if behind < self.end else None
        if after is not None and after.says(":"):
            while (
                behind < self.end
                and not self.tokens[behind].says("{", ";", "\n", "=>")
                and self.tokens[behind].kind != "newline"
            ):
                behind += 1
            after = self.tokens[behind] if behind < self.end else None
        if after is None or not after.says("{"):
            return None
        self.at += 1
        takes = self._names_inside()
        self.at = behind
        said = name.string.value if name.string is not None else name.text
        return Statement(
            kind="def", line=token.line, end_line=self._line(), name=said, takes=takes, body=self._braces()
        )

    def _braces(self) -> tuple[Statement, ...]:
        """The statements of the block that opens here."""
        self._skip_newlines()
        if not self.says("{"):
            return ()
        close = self.close_of(self.at)
        inner = _Script(self.tokens, self.pairs, at=self.at + 1, end=close, depth=self.depth + 1)
        self.at = close + 1
        return inner.statements()

    def _branching(self, token: Token, word: str) -> Statement:
        self.at += 1
        value: Form | None = None
        takes: tuple[str, ...] = ()
        self.take("await")
        if word == "else" and self.says("if"):
            return self._branching(token, "if")
        if self.says("("):
            close = self.close_of(self.at)
            inner = _Script(self.tokens, self.pairs, at=self.at + 1, end=close, depth=self.depth + 1)
            inner.is_flat = False
            self.at = close + 1
            if inner.take("const", "let", "var"):
                named = inner.peek()
                takes = (named.text,) if named is not None and named.kind == "name" else ()
                while (each := inner.peek()) is not None and not each.says("of", "in"):
                    inner.at += 1
                inner.take("of", "in")
            value = inner.expression()
        self._skip_newlines()
        if self.says("{"):
            body = self._braces()
        else:
            following = self.peek()
            one = self._statement(following) if following is not None and self.depth < MOST_DEEP else None
            body = (one,) if one is not None else ()
        kind = "loop" if word in _LOOPS else "if"
        return Statement(
            kind="loop" if kind == "loop" else "if",
            line=token.line,
            end_line=self._line(),
            name=word,
            value=value,
            takes=takes,
            body=body,
        )

    def _skip_type(self, stops: tuple[str, ...] = ("=", ";", ",")) -> None:
        while (token := self.peek()) is not None and not token.says(*stops):
            if token.kind == "newline" and "{" not in stops:
                break
            self.at = self.close_of(self.at) + 1 if self.at in self.pairs else self.at + 1

    def _names_inside(self) -> tuple[str, ...]:
        if not self.says("("):
            return ()
        close = self.close_of(self.at)
        names = [
            each.text
            for at, each in enumerate(self.tokens[self.at + 1 : close], self.at + 1)
            if each.kind == "name" and self.tokens[at - 1].says("(", ",", "{", "\n")
        ]
        self.at = close + 1
        return tuple(names)

    def expression(self) -> Form:
        """One value, up to what cannot belong to it."""
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
        while (token := self.peek()) is not None and token.says(*_PREFIXES):
            after = self.peek(1)
            if token.text == "async" and after is not None and after.says("=>"):
                break
            self.at += 1
            if token.text == "-" and after is not None and after.kind == "number":
                self.at += 1
                return Number("-" + after.text)
            if token.text == "...":
                return Unknown((self.expression(),))
        return UNKNOWN if token is None else self._with_rest(self._atom(token), token)

    def _atom(self, token: Token) -> Form:
        after = self.peek(1)
        if token.kind == "text":
            self.at += 1
            return token.string or UNKNOWN
        if token.kind == "number":
            self.at += 1
            return Number(token.text)
        if token.says("function"):
            self.at += 1
            self.take("*")
            made = self._function(token)
            return Block(made.takes, made.body)
        if token.kind == "name":
            self.at += 1
            if after is not None and after.says("=>"):
                self.at += 1
                return self._arrow((token.text,))
            return Name(token.text, token.line)
        if token.says("("):
            return self._parentheses()
        if token.says("["):
            inner = self._inside()
            return Listed(tuple(each.value for each in inner.arguments())) if inner.depth <= MOST_DEEP else UNKNOWN
        if token.says("{"):
            inner = self._inside()
            return inner.keyed() if inner.depth <= MOST_DEEP else UNKNOWN
        if not token.says(*_STOPS):
            self.at += 1
        return UNKNOWN

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
            takes = self._names_inside()
            self.at = arrow + 1
            return self._arrow(takes)
        inner = self._inside()
        return inner.expression() if inner.depth <= MOST_DEEP else UNKNOWN

    def _arrow(self, takes: tuple[str, ...]) -> Form:
        self._skip_newlines()
        if self.depth > MOST_DEEP:
            self.at = self.end
            return UNKNOWN
        if self.says("{"):
            return Block(takes, self._braces())
        self.depth += 1
        token = self.peek()
        line = token.line if token is not None else 0
        value = self.expression()
        self.depth -= 1
        return Block(takes, (Statement(kind="return", line=line, end_line=self._line(), value=value),))

    def _inside(self) -> "_Script":
        close = self.close_of(self.at)
        inner = _Script(self.tokens, self.pairs, at=self.at + 1, end=close, depth=self.depth + 1)
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
        while (token := self.peek()) is not None:
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
                value = Unknown((value, inner.expression() if inner.depth <= MOST_DEEP else UNKNOWN))
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
        arguments = inner.arguments() if inner.depth <= MOST_DEEP else (Argument("**", UNKNOWN),)
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
                not self.tokens[self.at - 1].says(",") and self.peek() is not None
            ):
                self.at += 1
        return tuple(found)


def _combined(parts: list[Form], signs: list[str]) -> Form:
    if len(parts) == 1 and not signs:
        return parts[0]
    texts = [each for each in parts if isinstance(each, Text)]
    if texts and all(sign == "+" for sign in signs):
        line = texts[0].line
        return joined([each if isinstance(each, Text) else Text("{}", line, line, True) for each in parts])
    return Unknown(tuple(parts))
