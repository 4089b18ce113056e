"""Digests of Python definitions that layout does not move: tokens, with markers where structure stands.

While a syntax tree is walked, *cuts* are noted: byte ranges and what to read in their place. Blocks and statements are
marked so, which makes indentation count and line breaks not; documentation, redundant parentheses and nested
definitions are cut out.
"""

import functools
import hashlib
import re
from collections.abc import Sequence
from operator import itemgetter
from typing import Final

Cut = tuple[int, int, bytes]
"""Read the marker instead of the bytes from start to end; cuts never overlap."""

BLOCK_BEGINS: Final = b"\x01"
BLOCK_ENDS: Final = b"\x02"
STATEMENT: Final = b"\x03"
DEFINITION: Final = b"\x04"
ONE_TUPLE: Final = b"\x05"
VERBATIM: Final = b"\x06"

_TOKEN: Final = re.compile(
    rb"""
    [\ \t\n\r\f\v\\;]*+                                             # layout
    (?: (?:                                                         # comments, last commas
          \#[^\n\x01-\x06]*+
        | ,(?=[\ \t\n\r\f\v\\\#)\]}\x01-\x03]|\Z)(?=(?:[\s\\]++|\#[^\n\x01-\x06]*+)*+(?:[)\]}\x01-\x03]|\Z))
      ) [\ \t\n\r\f\v\\;]*+ )*+
    (
      [^\ \t\n\r\f\v;\\"'A-Za-z0-9_\x80-\xff]
    | [A-Za-z0-9_\x80-\xff]++ (?!["'])
    | [bBrRuU]{0,2} (?:
          \"{3} (?:[^"\\]++|\\.|"(?!""))*+ \"{3} | '{3} (?:[^'\\]++|\\.|'(?!''))*+ '{3}
        | \" (?:[^"\\\n]++|\\.)*+ \" | ' (?:[^'\\\n]++|\\.)*+ '
      )
    | [A-Za-z0-9_\x80-\xff]++
    | [^\ \t\n\r\f\v;\\]
    )
    """,
    re.VERBOSE | re.DOTALL,
)
"""One token, with what stands before it and does not count. Most tokens are signs or words: those are tried first.

Classes are written out: one without `\\w` or `\\s` is a table, and telling a byte by it costs a third.
"""

_COMMENT_OR_STRING: Final = re.compile(rb"(\"(?:[^\"\\\n]++|\\.)*+\"|'(?:[^'\\\n]++|\\.)*+')|#[^\n]*+", re.DOTALL)
_BEFORE_CLOSING: Final = re.compile(r", (?=[)\]}])| (?=[)\]}])")
_EMPTY_BASES: Final = re.compile(r"(?:^|\s)class \w+\(\)$")
_SIGNATURE_LIMIT: Final = 2_000
_SHORT: Final = 80
_SHORT_HEAD: Final = 250


def short_digest(data: bytes) -> str:
    """16 hex digits that stand for `data`."""
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def code_digest(source: bytes, cuts: Sequence[Cut], *, start: int, end: int) -> str:
    """16 hex digits for what the code from `start` to `end` does, whatever its layout."""
    pieces: list[bytes] = []
    at = start
    for cut_start, cut_end, marker in sorted(cuts, key=itemgetter(0)):
        pieces += (source[at:cut_start], marker)
        at = cut_end
    pieces.append(source[at:end])
    code = b"".join(pieces)
    return _token_digest(code) if len(code) > _SHORT else _short_token_digest(code)


def _token_digest(code: bytes) -> str:
    tokens = _TOKEN.findall(
        code + BLOCK_ENDS
    )  # without a token at the end, what does not count there is read from each byte on
    return short_digest(b"\0".join(tokens[:-1]))


_short_token_digest: Final = functools.lru_cache(maxsize=1 << 14)(_token_digest)
"""Most values of variables, and many bodies, are short and stand in many files."""


def one_line(code: bytes) -> str:
    """A definition's head on one line, single spaces, without comments and last commas; a very long one ends in a digest."""
    return _one_line(code) if len(code) > _SHORT_HEAD else _short_one_line(code)


def _one_line(code: bytes) -> str:
    if b"#" in code:
        code = _COMMENT_OR_STRING.sub(rb"\1", code)
    text = " ".join(code.decode("utf-8", "replace").split())
    if b"\n" in code or b"( " in code:
        text = text.replace("( ", "(").replace("[ ", "[").replace("{ ", "{").replace("\\ ", "")
        text = _BEFORE_CLOSING.sub("", text)
    text = text.rstrip(" :")
    if text.endswith("()") and _EMPTY_BASES.search(text):
        text = text[:-2]
    if len(text) <= _SIGNATURE_LIMIT:
        return text
    return f"{text[:_SIGNATURE_LIMIT]} … {short_digest(text.encode())}"


_short_one_line: Final = functools.lru_cache(maxsize=1 << 13)(_one_line)
