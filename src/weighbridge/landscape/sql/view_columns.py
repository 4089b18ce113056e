"""Columns that a view gave and, made anew, does not give any more."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.facts.sql import acts
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.sql_change import SqlChange

_VIEWS: Final = ("view", "materialized view")


class LostColumns(Struct, frozen=True, kw_only=True):
    """What one statement takes from a view; `is_replacing` where it says `OR REPLACE`."""

    step: Step
    view: str
    columns: tuple[str, ...]
    is_replacing: bool


def views_made_anew(sql: SqlChange) -> Iterator[tuple[Step, acts.Create, acts.Value, acts.Value]]:
    """Every view that is made with another query than it had: the statement, and the queries before and after."""
    for step in sql.steps():
        act = step.act
        if not isinstance(act, acts.Create) or act.kind not in _VIEWS or act.value is None:
            continue
        before = sql.known.view_before(act.name, at=step.migration.path)
        if before is not None and before.value is not None and before.value.text != act.value.text:
            yield step, act, before.value, act.value


def lost_columns(sql: SqlChange) -> Iterator[LostColumns]:
    """Every view that is made with fewer columns than it had, as far as both queries name theirs."""
    for step, act, before, after in views_made_anew(sql):
        from weighbridge.landscape.sql.syntax import given_columns  # noqa: PLC0415 - a library that few changes need

        old, new = (given_columns(each.text, step.migration.dialect) for each in (before, after))
        if old is None or new is None:
            continue
        kept = {name.lower() for name in new}
        gone = tuple(name for name in old if name.lower() not in kept)
        if gone:
            yield LostColumns(step=step, view=act.name, columns=gone, is_replacing=act.is_replacing)
