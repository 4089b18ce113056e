"""Tokens, the brackets among them matched, and a cursor that forms are read with."""

from typing import Final

from msgspec import Struct

from weighbridge.facts.calls.forms import Text

MOST_DEEP: Final = 60
"""Values within values, and blocks within blocks, that are gone into."""
MOST_LINKS: Final = 2_000
"""Calls that are chained to one value."""

OPENING: Final = {"(": ")", "[": "]", "{": "}"}
CLOSING: Final = frozenset(OPENING.values())


class Token(Struct, frozen=True, gc=False):
    """One token: `kind` is `name`, `text`, `number`, `symbol` or `newline`. `start` and `end` are offsets, `column` counts from 0."""

    kind: str
    text: str
    line: int
    start: int
    end: int
    end_line: int = 0
    column: int = 0
    is_apart: bool = False
    """Whether space stands before it."""
    string: Text | None = None

    def says(self, *words: str) -> bool:
        """Whether it is one of these words or signs, and no string."""
        return self.kind != "text" and self.text in words


class TooDeepError(Exception):
    """A source is nested deeper, or chained further, than anybody writes it: none of it is read."""


def matched(tokens: list[Token]) -> dict[int, int]:
    """Where each opening bracket is closed; one that never is, at the end."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for at, token in enumerate(tokens):
        if token.kind != "symbol":
            continue
        if token.text in OPENING:
            opened.append(at)
        elif token.text in CLOSING:
            while opened and OPENING[tokens[opened[-1]].text] != token.text:
                found[opened.pop()] = at
            if opened:
                found[opened.pop()] = at
    for at in opened:
        found[at] = len(tokens)
    return found


class Cursor:
    """Walks over `tokens` from `at` up to `end`; newlines are passed over where `is_nested`."""

    def __init__(self, tokens: list[Token], pairs: dict[int, int], *, at: int, end: int, depth: int = 0) -> None:
        self.tokens = tokens
        self.pairs = pairs
        self.at = at
        self.end = min(end, len(tokens))
        self.depth = depth
        if depth > MOST_DEEP:
            raise TooDeepError

    def deeper(self, links: int = 0) -> None:
        """Go a step deeper.

        Raises:
            TooDeepError: nobody writes what goes so deep.
        """
        self.depth += 1
        if self.depth > MOST_DEEP or links > MOST_LINKS:
            raise TooDeepError

    def peek(self, ahead: int = 0) -> Token | None:
        """The token that comes next, or further on."""
        at = self.at + ahead
        return self.tokens[at] if at < self.end else None

    def says(self, *words: str) -> bool:
        """Whether one of these comes next."""
        token = self.peek()
        return token is not None and token.says(*words)

    def take(self, *words: str) -> bool:
        """Pass over one of these."""
        if self.says(*words):
            self.at += 1
            return True
        return False

    def advance(self) -> Token | None:
        """Pass over whatever comes next."""
        token = self.peek()
        self.at += 1
        return token

    def close_of(self, at: int) -> int:
        """Where the bracket at `at` is closed, within what is walked over."""
        return min(self.pairs.get(at, self.end), self.end)
