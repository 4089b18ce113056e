"""The words and signs of a GraphQL text, and what all readers of one need: names, types, values."""

import json
import re
from bisect import bisect
from functools import cached_property
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.late_pattern import LatePattern

_TOKEN: Final = re.compile(
    r'[\s,\ufeff]*+(?:#[^\n]*+[\s,\ufeff]*+)*+("""(?:[^"\\]++|\\"""|\\|"(?!""))*+"""|"(?:[^"\\\n]++|\\[^\n])*+"'
    r'|"(?s:.*+)'
    r"|[A-Za-z_]\w*+|-?\d++(?:\.\d++)?+(?:[eE][+-]?\d++)?+|\.\.\.|.|\Z)",
    re.ASCII,
)
"""A text that does not end goes on to the end of all: whoever looked for its end at each quote would not be done."""
_WHOLE_TEXT: Final = LatePattern(r'"""(?:[^"\\]++|\\"""|\\|"(?!""))*+"""|"(?:[^"\\\n]++|\\[^\n])*+"')
_LINE: Final = re.compile(r"\r\n?")
_NAME: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d[\d.eE+-]*", re.ASCII)
_PAIRS: Final = {"{": "}", "(": ")", "[": "]"}
_ENDS: Final = frozenset(_PAIRS.values())
_MOST_DEEP: Final = 60


class GraphqlError(Exception):
    """A text is no GraphQL: where, and what is wrong."""


class Value(Struct, kw_only=True, eq=False):
    """A value as written, at a token: a name, number, text or variable (`text`), or a list (`items`) or an input (`fields`)."""

    at: int
    text: str = ""
    items: "list[Value] | None" = None
    fields: "dict[str, Value] | None" = None

    @property
    def is_name(self) -> bool:
        """Whether it may be a value of an enumeration."""
        return _NAME.match(self.text) is not None and self.text not in ("true", "false", "null")

    def written(self, kind: str) -> str:
        """The value in one form, whichever it was written in, as one of a type."""
        inner = kind.removesuffix("!")
        of_list = inner[1:-1] if inner.startswith("[") else ""
        if self.items is not None:
            return "[" + ", ".join(each.written(of_list or inner) for each in self.items) + "]"
        if self.fields is not None:
            return "{" + ", ".join(f"{name}: {self.fields[name].written('')}" for name in sorted(self.fields)) + "}"
        if of_list and self.text != "null":
            return f"[{self.written(of_list)}]"
        return _as_text(self.text) if self.text.startswith('"') else _as_number(self.text)


class Argument(Struct, frozen=True):
    """A value that is given to a field or directive, with the token of its name."""

    at: int
    value: Value


class Directive(Struct, frozen=True):
    """A directive with its arguments."""

    name: str
    arguments: dict[str, Argument]


class Tokens:
    """The tokens of a text, which is called something where errors are told; the last is empty."""

    def __init__(self, text: str, called: str) -> None:
        self._called = called
        self._text = _LINE.sub("\n", text) if "\r" in text else text
        self.words: list[str] = _TOKEN.findall(self._text)
        if len(self.words) > 1 and self.words[-2][:1] == '"' and not _WHOLE_TEXT.fullmatch(self.words[-2]):
            self.words[-2] = '"'  # no token of the language

    @cached_property
    def _starts(self) -> list[int]:
        return [found.start(1) for found in _TOKEN.finditer(self._text)]

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self._text)]

    def line(self, at: int) -> int:
        """The line on which a token begins, from 1."""
        return bisect(self._breaks, self._starts[min(at, len(self._starts) - 1)] - 1) + 1

    def behind(self, at: int) -> int:
        """The token behind the one that closes what is opened at `at`.

        Raises:
            GraphqlError: nothing does.
        """
        words = self.words
        closing: list[str] = []
        while word := words[at]:
            at += 1
            if word in _PAIRS:
                closing.append(_PAIRS[word])
            elif word in _ENDS:
                if word != closing.pop():
                    raise self.wrong(at - 1)
                if not closing:
                    return at
        raise self.wrong(at)

    def wrong(self, at: int) -> GraphqlError:
        """That nothing like a token can stand where it stands."""
        word = self.words[at]
        words = f"`{word[:40]}` stands where nothing like it can" if word else "it ends in the middle of something"
        return self.error(words, at)

    def error(self, words: str, at: int) -> GraphqlError:
        """That something is wrong with a token."""
        return GraphqlError(f"{self._called}:{self.line(at)}: {words}")


class Cursor(Struct):
    """A place among tokens that moves on as they are read; every reading raises `GraphqlError` where something else stands there."""

    tokens: Tokens
    at: int = 0
    _depth: int = field(default=0)

    @property
    def word(self) -> str:
        """The token here; empty at the end."""
        return self.tokens.words[self.at]

    def take(self, sign: str) -> bool:
        """Go past a sign or word, if it stands here."""
        if self.tokens.words[self.at] != sign:
            return False
        self.at += 1
        return True

    def expect(self, sign: str) -> None:
        """Go past a sign that must stand here."""
        if not self.take(sign):
            raise self.tokens.wrong(self.at)

    def name(self) -> str:
        """A name."""
        word = self.tokens.words[self.at]
        if not _NAME.match(word):
            raise self.tokens.wrong(self.at)
        self.at += 1
        return word

    def past_words(self) -> None:
        """Go past words for people, if any."""
        if self.word.startswith('"'):
            self.at += 1

    def deeper(self, by: int) -> None:
        """Go deeper into what nests, or out of it."""
        self._depth += by
        if self._depth > _MOST_DEEP:
            raise self.tokens.error(f"it nests deeper than {_MOST_DEEP} levels", self.at)

    def type(self) -> str:
        """A type as it is written, without spaces."""
        lists = 0
        while self.take("["):
            lists += 1
            if lists > _MOST_DEEP:
                raise self.tokens.error(f"it nests deeper than {_MOST_DEEP} levels", self.at)
        found = self.name()
        found += "!" if self.take("!") else ""
        for _ in range(lists):
            self.expect("]")
            found = f"[{found}]" + ("!" if self.take("!") else "")
        return found

    def value(self) -> Value:
        """A value, with variables or without."""
        at, word = self.at, self.word
        if self.take("["):
            self.deeper(1)
            items: list[Value] = []
            while not self.take("]"):
                items.append(self.value())
            self.deeper(-1)
            return Value(at=at, items=items)
        if self.take("{"):
            self.deeper(1)
            fields: dict[str, Value] = {}
            while not self.take("}"):
                start, name = self.at, self.name()
                self.expect(":")
                fields[name] = self.value()
                fields[name].at = start
            self.deeper(-1)
            return Value(at=at, fields=fields)
        if self.take("$"):
            return Value(at=at, text="$" + self.name())
        if not (_NAME.match(word) or _NUMBER.match(word) or (word.startswith('"') and len(word) > 1)):
            raise self.tokens.wrong(at)
        self.at += 1
        return Value(at=at, text=word)

    def arguments(self) -> dict[str, Argument]:
        """The values in parentheses, if any."""
        found: dict[str, Argument] = {}
        if self.take("("):
            while not self.take(")"):
                at, name = self.at, self.name()
                self.expect(":")
                found[name] = Argument(at, self.value())
        return found

    def directives(self) -> list[Directive]:
        """The directives that stand here, if any."""
        found: list[Directive] = []
        while self.take("@"):
            found.append(Directive(self.name(), self.arguments()))
        return found


def named(kind: str) -> str:
    """The type that a type is of, lists and all."""
    return kind.strip("[]!")


def _as_text(written: str) -> str:
    """A text in quotes, whichever quotes it stood in."""
    if not written.startswith('"""'):
        return written
    lines = written[3:-3].replace('\\"""', '"""').split("\n")
    indents = [len(line) - len(line.lstrip(" \t")) for line in lines[1:] if line.strip(" \t")]
    cut = min(indents, default=0)
    return json.dumps("\n".join([lines[0], *(line[cut:] for line in lines[1:])]).strip("\n"), ensure_ascii=False)


def _as_number(written: str) -> str:
    """A number in one form; every other word as it is."""
    if not _NUMBER.match(written) or not any(sign in written for sign in ".eE"):
        return written
    number = float(written)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
