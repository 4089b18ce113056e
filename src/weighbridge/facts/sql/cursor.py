"""Goes over a statement's tokens: words are asked for and taken, names and expressions are read whole."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql.acts import Type, Value
from weighbridge.facts.sql.lexemes import Token, TokenKind

_OPEN, _CLOSED = "([", ")]"
_LITERAL_WORDS: Final = frozenset({"null", "true", "false"})
_LONG_TYPES: Final = {
    "double": ("precision",),
    "character": ("varying",),
    "bit": ("varying",),
    "national": ("character", "char", "varying"),
    "time": ("with", "without", "time", "zone"),
    "timestamp": ("with", "without", "time", "zone", "local"),
    "interval": ("year", "month", "day", "hour", "minute", "second", "to"),
    "int": ("unsigned", "signed", "zerofill"),
    "integer": ("unsigned", "signed", "zerofill"),
    "bigint": ("unsigned", "signed", "zerofill"),
    "smallint": ("unsigned", "signed", "zerofill"),
    "tinyint": ("unsigned", "signed", "zerofill"),
    "mediumint": ("unsigned", "signed", "zerofill"),
    "decimal": ("unsigned",),
    "float": ("unsigned",),
}
"""Types of several words, by the first: those that may follow it."""
NO_FUNCTIONS: Final = frozenset(
    {"and", "or", "not", "in", "any", "all", "some", "exists", "values", "cast", "array", "row", "case", "when", "then", "else",
     "between", "like", "is", "as", "over", "filter", "on", "using", "where", "select", "from"}
)  # fmt: skip
_ARGUMENTLESS: Final = frozenset(
    {
        "current_timestamp",
        "current_date",
        "current_time",
        "localtime",
        "localtimestamp",
        "current_user",
        "session_user",
        "user",
    }
)


MOST_FEW: Final = 100_000
"""So many rows are done at once without anybody waiting long."""


class Cursor:
    """A place among tokens. `text` is what they were read from."""

    __slots__ = ("_at", "_text", "_tokens")

    def __init__(self, tokens: Sequence[Token], text: str, *, at: int = 0) -> None:
        self._tokens = tokens
        self._text = text
        self._at = at

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return self._at >= len(self._tokens)

    @property
    def at(self) -> int:
        """How many tokens were passed over."""
        return self._at

    def copy(self) -> "Cursor":
        """Another one at the same place."""
        return Cursor(self._tokens, self._text, at=self._at)

    def go_to(self, other: "Cursor") -> None:
        """Be where another one is that goes over the same tokens."""
        self._at = other.at

    @property
    def line(self) -> int:
        """The line of the token that comes next, or of the last."""
        return self._tokens[min(self._at, len(self._tokens) - 1)].line

    @property
    def last_line(self) -> int:
        """The line of the token that was taken last."""
        return self._tokens[max(self._at - 1, 0)].line

    def peek(self, ahead: int = 0) -> Token | None:
        """The token that comes next, or some further on."""
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def says(self, *words: str) -> bool:
        """Whether the next token is one of these words or symbols, given in capitals."""
        token = self.peek()
        return token is not None and token.says(*words)

    def follows(self, *words: str) -> bool:
        """Whether just these come next, one after the other."""
        return all((token := self.peek(n)) is not None and token.says(word) for n, word in enumerate(words))

    def take(self, *words: str) -> bool:
        """Pass over just these, one after the other, if they come next."""
        if not self.follows(*words):
            return False
        self._at += len(words)
        return True

    def take_any(self, *words: str) -> str:
        """Pass over one of these; it in lower case, empty where none comes next."""
        token = self.peek()
        if token is None or not token.says(*words):
            return ""
        self._at += 1
        return token.text.lower()

    def advance(self) -> Token | None:
        """Pass over whatever comes next."""
        token = self.peek()
        if token is not None:
            self._at += 1
        return token

    def skip_if_exists(self) -> bool:
        """Whether `IF EXISTS` or `IF NOT EXISTS` stood here."""
        return self.take("IF", "EXISTS") or self.take("IF", "NOT", "EXISTS")

    def name(self) -> str:
        """A dotted name; empty where none stands here."""
        parts: list[str] = []
        while (token := self.peek()) is not None and token.is_name:
            if token.says("U") and self._is_escaped():
                self._at += 2
                parts.append(escaped(plain(self._tokens[self._at])))
            else:
                parts.append(plain(token))
            self._at += 1
            if not self.take("."):
                break
        return ".".join(parts)

    def _is_escaped(self) -> bool:
        """Whether `U&"…"` stands here, without blanks."""
        mark, quoted = self.peek(1), self.peek(2)
        return (
            mark is not None
            and mark.says("&")
            and quoted is not None
            and quoted.kind is TokenKind.NAME
            and mark.end == quoted.start
        )

    def names(self) -> tuple[str, ...]:
        """Names in parentheses; none where there are no parentheses."""
        return tuple(name for item in self.items() if (name := item.name()))

    def items(self) -> "Iterator[Cursor]":
        """What stands between the commas of the parentheses that begin here; they are passed over."""
        inside = self.inside()
        if inside is not None:
            yield from inside.parts()

    def inside(self) -> "Cursor | None":
        """What stands in the parentheses that begin here, which are passed over; None where none do."""
        if not self.says("("):
            return None
        start = self._at + 1
        self.skip_nested()
        end = self._at - 1 if self._tokens[self._at - 1].says(")") else self._at
        return Cursor(self._tokens[start:end], self._text)

    def parts(self) -> "Iterator[Cursor]":
        """What stands between the commas from here on, those in parentheses aside."""
        start = self._at
        while not self.is_done:
            if self.says(","):
                yield Cursor(self._tokens[start : self._at], self._text)
                start = self._at + 1
                self._at += 1
            else:
                self.skip_nested()
        if self._at > start:
            yield Cursor(self._tokens[start : self._at], self._text)

    def until(self, *words: str) -> "Cursor":
        """What stands before the first of these outside of parentheses, which is passed over."""
        start = self._at
        self.skip_to(*words)
        return Cursor(self._tokens[start : self._at], self._text)

    def skip_nested(self) -> None:
        """Pass over one token, or all of a pair of parentheses or brackets with what is in it."""
        depth = 0
        while (token := self.peek()) is not None:
            self._at += 1
            if token.kind is TokenKind.SYMBOL and token.text in _OPEN:
                depth += 1
            elif token.kind is TokenKind.SYMBOL and token.text in _CLOSED:
                depth -= 1
            if depth <= 0:
                return

    def skip_to(self, *words: str) -> bool:
        """Pass over what stands before the first of these outside of parentheses; whether one is there."""
        while not self.is_done and not self.says(*words):
            self.skip_nested()
        return not self.is_done

    def is_limited(self) -> bool:
        """Whether a limit stands ahead that only few rows pass; whatever stands before it is passed over."""
        if not self.skip_to("LIMIT", "FETCH"):
            return False
        self.advance()
        self.take_any("FIRST", "NEXT")
        if (behind := self.peek(1)) is not None and behind.says(","):  # MySQL: so many are left out
            self._at += 2
        token = self.peek()
        if token is None or token.says("ALL", "NULL"):
            return False
        return not token.text[:1].isdigit() or _number(token.text) <= MOST_FEW

    def value(self, *ends: str) -> Value:
        """The expression from here to the first of the words `ends` outside of parentheses, or to the end."""
        start = self._at
        while not self.is_done and not self.says(*ends):
            self.skip_nested()
        return value_of(self._tokens[start : self._at], self._text)

    def type(self) -> Type:
        """A type, with what it is given."""
        name = self.name().lower()
        more = _LONG_TYPES.get(name, ())
        given: tuple[str, ...] = ()
        words = [name]
        while True:
            if self.says("("):
                given = tuple(item.value().text for item in self.items())
            elif more and self.says(*(word.upper() for word in more)):
                words.append(self.take_any(*(word.upper() for word in more)))
            else:
                break
        is_array = self.take_any("ARRAY") != ""
        while self.says("["):
            is_array = True
            self.skip_nested()
        return Type(" ".join(words), given, is_array)

    def rest(self) -> str:
        """What is left as written."""
        return spelled(self._tokens[self._at :], self._text)

    def first_words(self, most: int = 4) -> str:
        """The first words from here on, in lower case."""
        words = (
            token.text.lower() for token in self._tokens[self._at : self._at + most] if token.kind is TokenKind.WORD
        )
        return " ".join(words)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")


def plain(token: Token) -> str:
    """A name as databases fold it: in lower case unless it is quoted; a dot within quotes, which parts nothing, keeps them."""
    if token.kind is not TokenKind.NAME:
        return token.text.lower()
    return f'"{token.text}"' if "." in token.text else token.text


def escaped(text: str) -> str:
    """A name in PostgreSQL's `U&"…"`, whose letters may stand as their numbers."""
    return _ESCAPE.sub(_letter, text)


_ESCAPE: Final = LatePattern(r"\\(?:(\\)|\+([0-9a-fA-F]{6})|([0-9a-fA-F]{4}))")


def _letter(found: re.Match[str]) -> str:
    number = int(found[2] or found[3] or "5c", 16)
    return chr(number) if number <= _LAST_LETTER else found.group()


_LAST_LETTER: Final = 0x10FFFF


def spelled(tokens: Sequence[Token], text: str) -> str:
    """Tokens as they stand in `text`, each run of blanks and comments between them made one blank at most."""
    pieces: list[str] = []
    end = tokens[0].start if tokens else 0
    for token in tokens:
        if token.start > end:
            pieces.append(" ")
        pieces.append(text[token.start : token.end])
        end = token.end
    return "".join(pieces)


def value_of(tokens: Sequence[Token], text: str) -> Value:
    """An expression."""
    calls: list[str] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        word = plain(token)
        if token.kind is TokenKind.WORD and word in _ARGUMENTLESS:
            calls.append(word)
        elif token.is_name and after is not None and after.says("(") and word not in NO_FUNCTIONS:
            is_type = at > 0 and tokens[at - 1].says(":", "AS")
            if not is_type:
                calls.append(_dotted(tokens, at))
    return Value(spelled(tokens, text), tuple(dict.fromkeys(calls)), not calls and _is_literal(tokens))


def _dotted(tokens: Sequence[Token], at: int) -> str:
    """The name that ends at `at` with what qualifies it."""
    parts = [plain(tokens[at])]
    while at >= 2 and tokens[at - 1].says(".") and tokens[at - 2].is_name:
        at -= 2
        parts.append(plain(tokens[at]))
    return ".".join(reversed(parts))


def _is_literal(tokens: Sequence[Token]) -> bool:
    """Whether it is a text, a number, a truth value or null, perhaps with a sign, in parentheses, and with casts."""
    left = [token for token in tokens if not token.says("(", ")", "-", "+")]
    if not left:
        return False
    first, *more = left
    return (
        first.kind in (TokenKind.TEXT, TokenKind.BODY)
        or first.text[:1].isdigit()
        or first.text.lower() in _LITERAL_WORDS
        or (
            first.says("E", "B", "X", "N", "DATE", "TIMESTAMP", "INTERVAL", "ARRAY")
            and (not more or more[0].kind is TokenKind.TEXT or more[0].says("["))
        )
    )
