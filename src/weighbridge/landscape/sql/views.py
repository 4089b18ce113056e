"""The views that stand when a statement comes, as far as scripts say, and what they are made from."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.landscape.sql.known_types import in_order
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one, last_part
from weighbridge.landscape.sql.sql_change import SqlChange

_TEXT: Final = LatePattern(r"'(?:[^']|'')*'")
_ALL: Final = LatePattern(r"(?:\bselect\s+(?:distinct\s+)?|[,.]\s*)\*", re.IGNORECASE)
_MOST: Final = 50
"""So many views that lean on one another are told of one statement."""


def view_at(sql: SqlChange, step: Step, *, name: str) -> acts.Create | None:
    """How a view was last made that is there when a step comes; None where none is."""
    known = sql.known.saying(last_part(name).lower(), "view", dialect=step.migration.dialect)
    found: acts.Create | None = None
    for act in (*(act for deed in known for act in deed.acts), *done_by_change(sql, step)):
        match act:
            case acts.Create(kind="view" | "materialized view", name=made) if is_one(made, name):
                found = act
            case acts.Drop(kind="view" | "materialized view", name=gone) if is_one(gone, name):
                found = None
            case acts.Rename(name=old, to=new) | acts.RenameTable(table=old, name=new) if found and is_one(old, name):
                name, found = new, replace(found, name=new)
    return found


def done_by_change(sql: SqlChange, step: Step) -> Iterator[Act]:
    """What the change's scripts did by then to what is no table alone."""
    own = step.migration
    kinds = (acts.Create, acts.Drop, acts.Rename, acts.RenameTable)
    for migration in sql.migrations:
        if migration is own or in_order(migration.path) < in_order(own.path):
            done = (each for each in migration.doing(*kinds) if migration is not own or each.order < step.order)
            yield from (each.act for each in sorted(done, key=lambda each: each.order))


def views_over(
    sql: SqlChange, step: Step, *, name: str, column: str = "", asks: re.Pattern[str] | None = None
) -> list[str]:
    """The views that are made from a table or a view, or from one column of it, or `asks` for, with those made from them in turn."""
    found: list[str] = []
    asked = [(name, column, asks)]
    while asked and len(found) < _MOST:
        one, of_column, pattern = asked.pop()
        for view in _made_from(sql, step, name=one, column=of_column, asks=pattern):
            if view not in found and not is_one(view, name):
                found.append(view)
                asked.append((view, "", None))
    return found


def _made_from(sql: SqlChange, step: Step, *, name: str, column: str, asks: re.Pattern[str] | None) -> Iterator[str]:
    pattern = asks or _asking(last_part(name))
    known = sql.known.saying(last_part(name).lower(), "view", dialect=step.migration.dialect)
    likely = (act for deed in known for act in deed.acts)
    done = (act for act in (*likely, *done_by_change(sql, step)) if isinstance(act, acts.Create))
    for view in dict.fromkeys(act.name for act in done if _is_from(act, pattern, column=column)):
        stands = view_at(sql, step, name=view)
        if stands is not None and _is_from(stands, pattern, column=column):
            yield stands.name


def _is_from(act: acts.Create, pattern: re.Pattern[str], *, column: str) -> bool:
    if "view" not in act.kind or act.value is None:
        return False
    text = _TEXT.sub("''", act.value.text)
    if pattern.search(text) is None:
        return False
    return not column or _ALL.search(text) is not None or _word(column).search(text) is not None


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)


def _asking(name: str) -> re.Pattern[str]:
    """Where a query asks a table or a view for rows."""
    named = rf"(?:\"?\w+\"?\.)?\"?{re.escape(name)}(?!\w)"
    return re.compile(
        rf"\b(?:from|join)\s*\(*\s*(?:only\s+)?{named}"
        rf"|\bfrom\b(?:(?!\b(?:where|group|order|union|select)\b)[^;])*?,\s*{named}",
        re.IGNORECASE,
    )
