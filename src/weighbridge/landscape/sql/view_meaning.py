"""Views that keep their columns and give something else: a column in another unit, or other rows."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.view_columns import views_made_anew


class OtherView(Struct, frozen=True, kw_only=True):
    """What one statement gives a view otherwise: columns with what they are multiplied by, and the conditions of its rows."""

    step: Step
    view: str
    units: Mapping[str, str]
    conditions: tuple[str, str] | None


def other_views(sql: SqlChange) -> Iterator[OtherView]:
    """Every view that is made anew with a column in another unit, or with another condition."""
    for step, act, before, after in views_made_anew(sql):
        from weighbridge.landscape.sql.syntax import view_differences  # noqa: PLC0415 - a library that few changes need

        units, conditions = view_differences(before.text, after.text, dialect=step.migration.dialect)
        if units or conditions:
            yield OtherView(step=step, view=act.name, units=units, conditions=conditions)
