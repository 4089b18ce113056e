"""Digests of JavaScript that layout does not move.

Literals are *frozen* and comments blanked in a copy of the source of equal length, so that positions keep their
meaning and the copy can be cut into tokens by one regular expression. Frozen text uses bytes that never occur in
UTF-8: no source can spell a blank that was frozen in another literal.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._javascript_source import Parsed

_FREEZE: Final = bytes.maketrans(b" \t\n\r\v\f,;", bytes(range(0xF8, 0xFF)) + b"\xc1")
_THAW: Final = bytes.maketrans(bytes(range(0xF8, 0x100)) + b"\xc1", b' \t\n\r\v\f,";')
_QUOTE: Final = b"\xff"
_NOTHING: Final = b"\xc0"
_SEMICOLON: Final = ord(";")
_ENDS_A_STATEMENT: Final = frozenset(b" \t\r\n,")
"""What may stand after a statement that has no semicolon, and give way to one."""

_TOKEN: Final = re.compile(rb"[\w$#@\x80-\xbf\xc2-\xff]+|\+\+|--|=>|[^\s\xc0]")
_TOKEN_OR_STRING: Final = re.compile(rb"\xff[^\xff]*\xff|" + _TOKEN.pattern)
_LAST_COMMA_OR_SEMICOLON: Final = re.compile(rb" ,(?= [\])}>])| ;(?= }| *\Z)|(?<=\x01) ;")
_PLAIN: Final = re.compile(rb"[\w./:-]*\Z")
_JSX_LINE_BREAK: Final = re.compile(rb"[ \t]*\r?\n\s*")
_SIGNATURE_LIMIT: Final = 2_000
_SPACED: Final = {b",": b", ", b":": b": ", b"=": b" = ", b"=>": b" => ", b"|": b" | ", b"&": b" & ", b"*": b"* "}


def short_digest(data: bytes) -> str:
    """16 hex digits that stand for `data`."""
    return hashlib.blake2b(data, digest_size=8).hexdigest()


class Ink:
    """The source as digests read it: comments gone, literals frozen, every simple statement closed by a semicolon."""

    __slots__ = ("_copy",)

    def __init__(self, parsed: Parsed) -> None:
        self._copy = bytearray(parsed.source)
        for node in parsed.literals["comment"]:
            self._write(node, b" " * (node.end_byte - node.start_byte))
        for node in parsed.literals["string"]:
            self._write(node, _frozen_string(parsed.source[node.start_byte : node.end_byte]))
        for node in parsed.literals["fragment"]:
            self._write(node, parsed.source[node.start_byte : node.end_byte].translate(_FREEZE))
        for node in parsed.literals["prose"]:
            self._write(node, _frozen_prose(parsed.source[node.start_byte : node.end_byte]))

    def end_statement(self, end: int) -> None:
        """Note that a simple statement ends before byte `end`, whether or not a semicolon says so."""
        copy = self._copy
        if copy[end - 1] != _SEMICOLON and end < len(copy) and copy[end] in _ENDS_A_STATEMENT:
            copy[end] = _SEMICOLON

    def body(self, spans: Iterable[tuple[int, int]], holes: Sequence[tuple[int, int, str]]) -> str:
        """The digest of `spans`, with each hole (start, end, label; sorted, none overlapping) read as its label."""
        pieces: list[bytes] = []
        for start, end in spans:
            at = start
            for hole_start, hole_end, label in holes:
                if hole_end <= start or hole_start >= end:
                    continue
                pieces += _TOKEN.findall(self._copy, at, max(hole_start, at))
                pieces.append(b"\x01" + label.encode() + b"\x01")
                at = hole_end
            pieces += _TOKEN.findall(self._copy, at, max(end, at))
        return short_digest(_LAST_COMMA_OR_SEMICOLON.sub(b"", b" ".join(pieces)))

    def one_line(self, start: int, end: int) -> str:
        """The code from `start` to `end` in one spelling, whatever its layout; a very long one ends in a digest."""
        line = bytearray()
        tokens = _TOKEN_OR_STRING.findall(self._copy, start, end)
        after_word = False
        for token, following in pairwise([*tokens, b""]):
            if token in (b",", b";") and following in (b")", b"]", b"}", b">", b""):
                continue
            is_word = token[0] not in b"()[]{}<>,;:=|&*.?!+-/%^~`'\""
            if is_word and after_word and line:
                line += b" "
            line += _SPACED.get(token, token)
            after_word = is_word or token in (b")", b"]", b"}", b">")
        text = bytes(line).translate(_THAW).decode("utf-8", "replace")
        text = " ".join(text.split()).removesuffix("=").rstrip()
        return text if len(text) <= _SIGNATURE_LIMIT else f"{text[:_SIGNATURE_LIMIT]} … {short_digest(text.encode())}"

    def _write(self, node: Node, replacement: bytes) -> None:
        self._copy[node.start_byte : node.end_byte] = replacement


def _frozen_string(raw: bytes) -> bytes:
    """A string literal, with one kind of quotes and without the escapes that the other kind asks for."""
    content = raw[1:-1]
    if not _PLAIN.match(content):
        content = content.translate(_FREEZE)
        if b"\\" in content:
            content = re.sub(rb"\\(.)", _frozen_escape, content, flags=re.DOTALL)
    return _QUOTE + content + (_QUOTE if len(raw) > 1 else b"")


def _frozen_escape(found: re.Match[bytes]) -> bytes:
    return found[1] + _NOTHING if found[1] in (b"'", b'"') else found[0]


def _frozen_prose(raw: bytes) -> bytes:
    """Text between tags as a browser shows it: a line break with its indentation is one blank, or none at an edge."""
    shown = _JSX_LINE_BREAK.sub(b"\n", raw).strip(b"\n").replace(b"\n", b" ")
    return shown.translate(_FREEZE).ljust(len(raw), _NOTHING)
