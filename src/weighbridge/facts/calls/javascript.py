"""Reads the statements and values of JavaScript and TypeScript, as far as migrations use them."""

from typing import Final

from msgspec.structs import replace

from weighbridge.facts.calls._javascript_tokens import javascript_tokens
from weighbridge.facts.calls._javascript_values import ScriptValues
from weighbridge.facts.calls.forms import Call, Form, Keyed, Name, Statement, Text
from weighbridge.facts.calls.tokens import Token, matched

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
_BRANCHES: Final = ("if", "switch", "try", "else", "catch", "finally")
_LOOPS: Final = ("for", "while", "do")
_BY_WORD: Final = ("class", "function", "const", "let", "var", "return", "throw", *_BRANCHES, *_LOOPS)


def read_javascript(source: str) -> tuple[Statement, ...]:
    """The statements of a file."""
    tokens = javascript_tokens(source)
    return _Script(tokens, matched(tokens), at=0, end=len(tokens)).statements()


class _Script(ScriptValues):
    """Reads statements and values."""

    def statements(self) -> tuple[Statement, ...]:
        """All statements that are left."""
        found: list[Statement] = []
        self.deeper()
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

    def _statement(self, token: Token) -> Statement | None:
        while self.says(*_WORDS_BEFORE):
            self.at += 1
        if self.take("@"):
            self.expression()
            return None
        first = self.peek()
        word = first.text if first is not None and first.kind == "name" else ""
        if word == "import" and not self._is_called_or_bound():
            return self._imported(token)
        if word in ("type", "interface", "declare") and not self._is_called_or_bound():
            self._to_line_end()
            return None
        if word in _BY_WORD:
            return self._worded(token, word)
        return self._method(token) or self._plain(token)

    def _worded(self, token: Token, word: str) -> Statement:
        if word == "class":
            return self._class(token)
        if word == "function":
            self.at += 1
            self.take("*")
            return self._function(token)
        if word in ("const", "let", "var"):
            self.at += 1
            return self._declared(token)
        if word in ("return", "throw"):
            self.at += 1
            value = self.expression() if not self._ends_here() else None
            kind = "return" if word == "return" else "do"
            return Statement(
                kind="return" if kind == "return" else "do", line=token.line, end_line=self._line(), value=value
            )
        return self._branching(token, word)

    def _imported(self, token: Token) -> Statement:
        """What an import brings, by the name it goes by: what `a` of `"../b"` is called `../b.a`."""
        start = self.at + 1
        self._to_line_end()
        self.at, end = start, self.at
        said = next((each.string.value for each in self.tokens[start:end] if each.string is not None), "")
        pairs: list[tuple[Form, Form]] = []
        while self.at < end:
            each = self.tokens[self.at]
            if each.says("{"):
                inner = self._taken_apart(Name(said, each.line)).value
                pairs += inner.pairs if isinstance(inner, Keyed) else ()
                continue
            if each.kind == "name" and not each.says("type", "from", "as"):
                pairs.append((Text(each.text, each.line, each.line), Name(said, each.line)))
            self.at += 1
        return Statement(kind="import", line=token.line, end_line=self._line(), value=Keyed(tuple(pairs)))

    def _declared(self, token: Token) -> Statement:
        """What `const` binds: a value, what a module hands out, or the members of something."""
        self._skip_newlines()
        is_apart = self.says("{")
        if not is_apart:
            made = self._plain(token)
            module = _required(made.value)
            if module is None or not made.name:
                return made
            pairs: tuple[tuple[Form, Form], ...] = ((Text(made.name, made.line, made.line), module),)
            return replace(made, kind="import", name="", value=Keyed(pairs))
        at = self.at
        self.at = self.close_of(self.at) + 1
        if not self.take("="):
            return Statement(kind="do", line=token.line, end_line=self._line())
        value = self.expression()
        end, line = self.at, self._line()
        of = value if isinstance(value, Name) else _required(value)
        self.at = at
        made = self._taken_apart(of if of is not None else Name(""))
        self.at = end
        return (
            replace(made, end_line=line)
            if of is not None
            else Statement(kind="do", line=token.line, end_line=line, value=value)
        )

    def _plain(self, token: Token) -> Statement:
        """A value, or a name that one is bound to."""
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
        takes, apart = self._names_inside()
        self._skip_type(stops=("{",))
        said = name.text if name is not None else ""
        body = (*apart, *self._braces())
        return Statement(kind="def", line=token.line, end_line=self._line(), name=said, takes=takes, body=body)

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
        takes, apart = self._names_inside()
        self.at = behind
        said = name.string.value if name.string is not None else name.text
        body = (*apart, *self._braces())
        return Statement(kind="def", line=token.line, end_line=self._line(), name=said, takes=takes, body=body)

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
            self.deeper()
            one = self._statement(following) if following is not None else None
            self.depth -= 1
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


def _required(value: Form | None) -> Name | None:
    """The module that `require("…")` hands out, by its name."""
    if not isinstance(value, Call) or value.name != "require" or value.of is not None or not value.arguments:
        return None
    said = value.arguments[0].value
    return Name(said.value, said.line) if isinstance(said, Text) else None
