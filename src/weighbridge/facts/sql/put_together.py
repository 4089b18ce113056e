"""Reads a statement that is put together when it runs, as far as it is written out: what is put in is a name that ends in an ellipsis.

`format('ALTER TABLE %I DROP COLUMN email', t)` drops a column of whatever table; `'DROP TABLE ' || t` drops a table.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql.cursor import plain
from weighbridge.facts.sql.lexemes import Token

Tokens = Sequence[Token]

_DEFINES: Final = LatePattern(
    r"\s*(?:alter|drop|create|truncate|lock|reindex|vacuum|cluster|refresh|grant|revoke)\s", re.IGNORECASE
)
_WRITES: Final = LatePattern(r"\s*(?:update|delete)\s", re.IGNORECASE)
_WHERE: Final = re.compile(r"\bwhere\b", re.IGNORECASE)
_SLOT: Final = LatePattern(r"%(?:(?P<at>\d+)\$)?-?\d*(?P<kind>[IsL%])")
_ENDS: Final = ("INTO", "USING", ";")
HOLE: Final = "\u2026"
"""What the name of something ends in that is put in when the statement runs."""


class PutTogether(Struct, frozen=True):
    """A statement; `is_whole` where all of it stands in the code."""

    text: str
    is_whole: bool


class _Part(Struct, frozen=True):
    """A text, or what is put in its place by a name."""

    text: str
    is_said: bool


def put_together(tokens: Tokens) -> PutTogether | None:
    """The statement that an expression comes to; None where too little of it is written out to say what it does."""
    parts = [part for each in _split(_until_end(tokens), "|") for part in _parts(each)]
    if not parts or not parts[0].is_said:
        return None
    made = ""
    for part in parts:
        made += part.text if part.is_said else _named(part.text, made)
    is_whole = all(part.is_said for part in parts)
    is_open = not parts[-1].is_said and _WHERE.search(made) is None
    if not is_whole and not _DEFINES.match(made) and (is_open or not _WRITES.match(made)):
        return None
    return PutTogether(made, is_whole)


def _until_end(tokens: Tokens) -> Tokens:
    depth = 0
    for at, token in enumerate(tokens):
        depth += token.says("(", "[") - token.says(")", "]")
        if depth <= 0 and token.says(*_ENDS):
            return tokens[:at]
    return tokens


def _split(tokens: Tokens, sign: str) -> Iterator[Tokens]:
    """What stands between a sign outside of parentheses; doubled signs count as one."""
    depth, start = 0, 0
    for at, token in enumerate(tokens):
        depth += token.says("(", "[") - token.says(")", "]")
        if depth == 0 and token.says(sign):
            if at > start:
                yield tokens[start:at]
            start = at + 1
    if start < len(tokens):
        yield tokens[start:]


def _parts(tokens: Tokens) -> Iterator[_Part]:
    first = tokens[0]
    if len(tokens) == 1 and first.is_text:
        yield _Part(first.text, is_said=True)
    elif first.says("FORMAT") and len(tokens) > 3 and tokens[1].says("(") and tokens[2].is_text:
        yield from _filled(tokens[2].text, [*_split(tokens[2:-1], ",")][1:])
    elif first.says("QUOTE_IDENT") and len(tokens) == 4 and tokens[2].is_text:
        yield _Part(tokens[2].text, is_said=True)
    else:
        yield _Part(_called(tokens), is_said=False)


def _filled(template: str, given: Sequence[Tokens]) -> Iterator[_Part]:
    """What `format` makes of a text."""
    end, count = 0, 0
    for slot in _SLOT.finditer(template):
        yield _Part(template[end : slot.start()], is_said=True)
        end = slot.end()
        if slot["kind"] == "%":
            yield _Part("%", is_said=True)
            continue
        count = int(slot["at"]) if slot["at"] else count + 1
        value = given[count - 1] if 0 < count <= len(given) else ()
        if len(value) == 1 and value[0].is_text:
            said = value[0].text
            yield _Part(f"'{said}'" if slot["kind"] == "L" else said, is_said=True)
        elif slot["kind"] == "L":
            yield _Part(f"'{HOLE}'", is_said=True)
        else:
            yield _Part(_called(value), is_said=False)
    yield _Part(template[end:], is_said=True)


def _called(tokens: Tokens) -> str:
    """What something is called that is put in: by the last name in it."""
    return next((plain(token) for token in reversed(tokens) if token.is_name), "")


def _named(name: str, before: str) -> str:
    """A name that is put in, as it can stand there."""
    is_quoted = before.endswith('"') or before.count("'") % 2 == 1
    return f"{name}{HOLE}" if is_quoted else f'"{name}{HOLE}"'
