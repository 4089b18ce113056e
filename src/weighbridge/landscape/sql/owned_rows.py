"""Tables of which earlier scripts let each see its own rows alone, and the columns by which they tell whose a row is."""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Create, RowSecurity
from weighbridge.landscape.sql.column_types import columns_of
from weighbridge.landscape.sql.known_types import KnownScripts
from weighbridge.landscape.sql.names import last_part


class Owned(Struct, frozen=True, kw_only=True):
    """The tables with a column by which policies tell whose a row is: those that are guarded so, and those that are not."""

    column: str
    guarded: tuple[str, ...]
    open: tuple[str, ...]


def owners_told_by(known: KnownScripts, columns: Iterable[str]) -> Owned | None:
    """The one of these columns by which policies of the most tables tell whose a row is; None where none does."""
    guarded = _guarded(known)
    found = [
        _owned(known, column, guarded=[table for table, asked in guarded.items() if column in asked])
        for column in columns
        if any(column in asked for asked in guarded.values())
    ]
    return max(found, key=lambda each: len(each.guarded), default=None)


def _owned(known: KnownScripts, column: str, *, guarded: list[str]) -> Owned:
    with_it = {
        last_part(act.table)
        for deed in known.saying("table", column, dialect=Dialect.POSTGRES)
        for act in deed.acts
        if not getattr(act, "parent", "") and any(each.name == column for each in columns_of(act))
    }
    return Owned(
        column=column,
        guarded=tuple(each for each in guarded if each in with_it),
        open=tuple(sorted(with_it - {*guarded})),
    )


def _guarded(known: KnownScripts) -> Mapping[str, frozenset[str]]:
    """The tables whose rows are guarded, each with the columns that its policies ask whose a row is by."""
    enabled: dict[str, bool] = {}
    for deed in known.saying("row level security", dialect=Dialect.POSTGRES):
        for act in deed.acts:
            if isinstance(act, RowSecurity) and act.how in ("enable", "disable"):
                enabled[last_part(act.table)] = act.how == "enable"
    asked: dict[str, set[str]] = {}
    for deed in known.saying("create policy", dialect=Dialect.POSTGRES) if enabled else ():
        for act in deed.acts:
            if isinstance(act, Create) and act.kind == "policy" and act.value is not None:
                table = last_part(act.table)
                own = act.value.text.lower().partition(" from ")[0]
                names = (found["name"] for found in _OWNER.finditer(own) if found["of"] in (None, table))
                asked.setdefault(table, set()).update(names)
    return {table: frozenset(asked[table]) for table, is_so in enabled.items() if is_so and table in asked}


_OWNER: Final = LatePattern(
    r"(?<![\w.'\"])(?:\"?(?P<of>\w+)\"?\.)?\"?(?P<name>\w+_(?:id|uuid|uid)|tenant|owner)\b\"?(?!\s*[(.])"
)
"""A column by whose name somebody is meant to whom a row belongs."""
