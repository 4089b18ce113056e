"""The views that stand when a statement comes, as far as scripts say, and what they are made from."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one, last_part
from weighbridge.landscape.sql.sql_change import SqlChange

_TEXT: Final = LatePattern(r"'(?:[^']|'')*+'")
_ALL: Final = LatePattern(r"(?:\bselect\s+(?:distinct\s+)?|[,.]\s*)\*", re.IGNORECASE)
_CHARACTERS: Final = 1_000
"""Characters of a query that cost as much to look through as a view does."""
_VIEWS: Final = ("view", "materialized view")

_When = tuple[int, int, int]


def view_at(sql: SqlChange, step: Step, *, name: str) -> acts.Create | None:
    """How a view was last made that is there when a step comes; None where none is."""
    found: acts.Create | None = None
    called, seen = name, (-1, 0, 0)
    while called:
        asked, called = called, ""
        for when, act in _naming(sql, step, name=asked):
            if when <= seen:
                continue
            match act:
                case acts.Create(kind="view" | "materialized view", name=made) if is_one(made, asked):
                    found = act
                case acts.Drop(kind="view" | "materialized view", name=gone) if is_one(gone, asked):
                    found = None
                case acts.Rename(name=old, to=new) | acts.RenameTable(table=old, name=new) if found and is_one(
                    old, asked
                ):
                    called, seen, found = new, when, replace(found, name=new)
                    break
    return found


def _naming(sql: SqlChange, step: Step, *, name: str) -> list[tuple[_When, Act]]:
    """What scripts did by then that says a view's name, in order, each with its place: those that were there, then the change's."""
    word = last_part(name).lower()
    known = sql.known.naming(word, "view", dialect=step.migration.dialect)
    return [*(((0, *at), act) for at, deed in known for act in deed.acts), *sql.views_done(step, word)]


def views_over(
    sql: SqlChange, step: Step, *, name: str, column: str = "", asks: re.Pattern[str] | None = None
) -> list[str]:
    """The views that are made from a table or a view, or from one column of it, or `asks` for, with those made from them in turn."""
    found: dict[str, None] = {}
    asked = [(name, column, asks)]
    while asked:
        one, of_column, pattern = asked.pop()
        for view in _made_from(sql, step, name=one, column=of_column, asks=pattern):
            if view not in found and not is_one(view, name):
                found[view] = None
                asked.append((view, "", None))
    return list(found)


def _made_from(sql: SqlChange, step: Step, *, name: str, column: str, asks: re.Pattern[str] | None) -> Iterator[str]:
    done = [act for _, act in _naming(sql, step, name=name) if isinstance(act, acts.Create)]
    cost = sum(1 + len(act.value.text) // _CHARACTERS for act in done if act.value is not None)
    if not sql.may_follow(1 + cost):
        return
    for view in dict.fromkeys(act.name for act in done if _is_from(act, name, asks=asks, column=column)):
        stands = view_at(sql, step, name=view)
        if stands is not None and _is_from(stands, name, asks=asks, column=column):
            yield stands.name


def _is_from(act: acts.Create, name: str, *, asks: re.Pattern[str] | None, column: str) -> bool:
    if "view" not in act.kind or act.value is None:
        return False
    text = _without_texts(act.value.text)
    if not (last_part(name).lower() in _asked_in(act.value.text) if asks is None else asks.search(text)):
        return False
    return not column or _ALL.search(text) is not None or _word(column).search(text) is not None


@lru_cache(4_096)
def _without_texts(query: str) -> str:
    return _TEXT.sub("''", query)


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)


@lru_cache(4_096)
def _asked_in(query: str) -> frozenset[str]:
    """The tables and views that a query asks for rows, without their schemas and in lower case: behind `from` or `join`, or in the list there."""
    found: set[str] = set()
    is_listing = False
    outer: list[bool] = []
    for each in _PART.finditer(_TEXT.sub("''", query)):
        name = each["quoted"] or each["plain"]
        if each["begins"]:
            is_listing = is_listing or each["begins"].lower() == "from"
            outer += [is_listing] * each["opens"].count("(")
        elif each["word"]:
            is_listing = each["word"].lower() == "from"
        elif each["sign"] == "(":
            outer.append(is_listing)
        elif each["sign"] == ")":
            is_listing = outer.pop() if outer else False
        if name and (each["begins"] or is_listing):
            found.add(name.lower())
            if each["begins"] and name.lower() == "select":
                is_listing = False
    return frozenset(found)


_ONE: Final = r"(?:(?:\"[^\"\n]{1,200}+\"|\w++)\s*+\.\s*+)*+(?:\"(?P<quoted>[^\"\n]{1,200}+)\"|(?P<plain>\w++))"
_PART: Final = LatePattern(
    r"(?:\b(?P<begins>from|join)\b(?P<opens>\s*+(?:\(\s*+)*+)(?:only\b\s*+\(?\s*+)?|(?P<comma>,)\s*+)"
    + _ONE
    + r"|\b(?P<word>from|where|group|order|union|select)\b|(?P<sign>[();])",
    re.IGNORECASE,
)
"""What tells where a query asks for rows: a name behind a word or a comma, or what ends or begins a list."""
