"""Reads JSON, with the comments and trailing commas that agents' settings may have, into nodes that know their lines."""

import json
import re
from bisect import bisect_right
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.documents.nodes import DocumentError, Fields, Items, Mark, Node, Scalar

MOST_BYTES: Final = 1_000_000
MOST_NODES: Final = 50_000
MOST_DEPTH: Final = 60
_TOKEN: Final = LatePattern(
    r"""(?P<skip>[ \t\r\n\ufeff]++|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)|(?P<text>"(?:[^"\\\n]|\\.)*+")|(?P<mark>[{}\[\],:])|(?P<word>[-+.\w]++)"""
)


def read_json(data: bytes) -> Node | None:
    """The value that `data` holds; None where it is empty. Of keys that stand twice the last counts, and all are kept.

    Raises:
        DocumentError: it is no JSON, larger than a limit or nested deeper.
    """
    if len(data) > MOST_BYTES:
        raise DocumentError(f"it is larger than {MOST_BYTES:,} bytes", Mark(line=1, column=1), is_end=False)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError("it is not UTF-8", Mark(line=data.count(b"\n", 0, error.start) + 1, column=1)) from error
    return _Reader(text).read()


class _Reader:
    """Puts pieces together without recursion; each costs the same."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._open: list[Items | Fields] = []
        self._keys: list[Scalar | None] = []
        self._root: Node | None = None
        self._wants = "value"
        self._spent = 0

    def read(self) -> Node | None:
        """All of it."""
        at, end = 0, len(self._text)
        while at < end:
            found = _TOKEN.match(self._text, at)
            if found is None:
                raise self._error("this is no JSON", at)
            if found.lastgroup != "skip":
                self._take(str(found.lastgroup), found[0], at=at)
            at = found.end()
        if self._open:
            raise self._error("it ends before what is open is closed", end)
        return self._root

    def _take(self, kind: str, piece: str, *, at: int) -> None:
        if kind == "mark":
            self._take_mark(piece, at)
        elif self._wants == "key" and kind == "text":
            self._keys[-1] = self._scalar(kind, piece, at=at)
            self._wants = "colon"
        elif self._wants == "value":
            self._add(self._scalar(kind, piece, at=at), at)
        else:
            raise self._error(f"`{piece[:20]}` cannot stand here", at)

    def _take_mark(self, piece: str, at: int) -> None:
        if piece in "{[" and self._wants == "value":
            node = Fields({}, self._mark(at)) if piece == "{" else Items([], self._mark(at))
            self._add(node, at)
            self._open.append(node)
            self._keys.append(None)
            self._wants = "key" if piece == "{" else "value"
            if len(self._open) > MOST_DEPTH:
                raise self._error(f"it nests deeper than {MOST_DEPTH}", at)
        elif piece == ":" and self._wants == "colon":
            self._wants = "value"
        elif piece == "," and self._wants == "comma" and self._open:
            self._wants = "key" if isinstance(self._open[-1], Fields) else "value"
        elif piece in "}]" and self._closes(piece):
            self._open.pop()
            self._keys.pop()
            self._wants = "comma"
        else:
            raise self._error(f"`{piece}` cannot stand here", at)

    def _closes(self, piece: str) -> bool:
        if not self._open:
            return False
        if isinstance(self._open[-1], Fields):
            return piece == "}" and self._wants in ("key", "comma")
        return piece == "]" and self._wants in ("value", "comma")

    def _add(self, node: Node, at: int) -> None:
        self._spent += 1
        if self._spent > MOST_NODES:
            raise self._error(f"it holds more than {MOST_NODES:,} values", at)
        if not self._open:
            if self._root is not None:
                raise self._error("a second value begins here", at)
            self._root = node
        elif isinstance(holder := self._open[-1], Items):
            holder.items.append(node)
        elif (key := self._keys[-1]) is not None:
            if key.value in holder.entries:
                holder.twice.append(key)
            holder.entries[key.value] = (key, node)
        self._wants = "comma"

    def _scalar(self, kind: str, piece: str, *, at: int) -> Scalar:
        if kind == "word":
            return Scalar(piece, self._mark(at), is_plain=True)
        try:
            value = json.loads(piece, strict=False)
        except ValueError as error:
            raise self._error("a character is escaped that cannot be", at) from error
        return Scalar(str(value), self._mark(at), is_plain=False)

    def _mark(self, at: int) -> Mark:
        line = bisect_right(self._starts, at)
        return Mark(line=line, column=at - self._starts[line - 1] + 1)

    def _error(self, words: str, at: int) -> DocumentError:
        return DocumentError(words, self._mark(at))
