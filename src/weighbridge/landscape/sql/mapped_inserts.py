"""Calls of object mappers and query builders that add rows, with the columns that they give: ActiveRecord's, and knex's."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern

_MOST_GIVEN: Final = 4_000
"""Characters of what a call is given that are read."""
_CREATES: Final = r"(?:create|insert|insert_all|upsert|upsert_all|find_or_create_by|create_or_find_by)!?"
_KEY: Final = LatePattern(
    r"(?<![\w:])(?P<label>[a-z_]\w*):(?!:)|:(?P<symbol>[a-z_]\w*)\s*=>|[\"'](?P<text>\w+)[\"']\s*(?:=>|:)"
)
_OPEN_ENDED: Final = LatePattern(
    r"\*\*|\.\.\.|(?:^|[\[,(])\s*(?:[a-z_@]\w*(?:\.\w+)*)\s*(?:[\],)]|$)|(?<=\{)\s*\}|\bparams\b|\bmerge\b"
)
"""Values that may hold any column: what is spread, or a name alone."""
_BLOCK: Final = LatePattern(r"\)?[ ]*(?:do\s*\||\{\s*\|)")
"""What is given a new row, and may set more of it."""
_CLOSES: Final = {"(": ")", "[": "]", "{": "}"}
_OPTIONS: Final = ("unique_by", "returning", "record_timestamps", "on_duplicate", "update_only")


class Added(Struct, frozen=True, gc=False):
    """One such call: where it stands in its text, and the columns that it surely gives, all of them."""

    start: int
    given: frozenset[str]


def added_by_records(text: str, table: str, *, names: Collection[str]) -> Iterator[Added]:
    """The calls of a Ruby text that add rows of a table by its class, or by what others call many of it."""
    of = "|".join((*(rf"(?<![\w:]){re.escape(each)}" for each in names), rf"(?<=\.){re.escape(table)}"))
    for found in re.finditer(rf"(?:{of})\.{_CREATES}(?=[ (])(?P<sign>[ ]*\(?)", text):
        if not text[text.rfind("\n", 0, found.start()) + 1 : found.start()].lstrip().startswith("#"):
            yield from _given(text, found)


def added_by_knex(text: str, table: str) -> Iterator[Added]:
    """The calls of a text in JavaScript that add rows of a table by `knex("t").insert({…})`."""
    for found in re.finditer(rf"\(\s*[\"'`](?:\w+\.)?{re.escape(table)}[\"'`]\s*\)\s*\.insert(?P<sign>\()", text):
        yield from _given(text, found)


def _given(text: str, found: re.Match[str]) -> Iterator[Added]:
    said = _bracketed(text, found.end(), is_closed="(" in found["sign"])
    if said is None or _OPEN_ENDED.search(said) or _BLOCK.match(text, found.end() + len(said)):
        return
    given = frozenset(each for key in _KEY.finditer(said) for each in key.groups() if each) - frozenset(_OPTIONS)
    if given:
        yield Added(found.start(), given)


def _bracketed(text: str, begin: int, *, is_closed: bool) -> str | None:
    """What a call is given: up to its bracket, else up to the end of its line outside of all brackets; None where that is too long."""
    closing = [")"] if is_closed else []
    for at in range(begin, min(len(text), begin + _MOST_GIVEN)):
        sign = text[at]
        if sign in _CLOSES:
            closing.append(_CLOSES[sign])
        elif closing and sign == closing[-1]:
            closing.pop()
            if not closing and is_closed:
                return text[begin:at]
        elif sign == "\n" and not closing and text[begin:at].rstrip()[-1:] != ",":
            return text[begin:at]
    return text[begin:] if not is_closed and not closing and len(text) - begin < _MOST_GIVEN else None


def may_fill(text: str, column: str) -> bool:
    """Whether a class of ActiveRecord's may give a column of itself: a default, or what is done before a row is saved."""
    word = re.escape(column)
    filled = rf"\battribute\s+:{word}\b|\benum\b[^\n]{{0,20}}\b{word}\b[^\n]*\bdefault\b|\bself\.{word}\s*(?:\|\|)?=|\[:{word}\]\s*(?:\|\|)?=|\bwrite_attribute\(?\s*:{word}\b|\bhas_secure_token\s+:{word}\b"
    return re.search(filled, text) is not None
