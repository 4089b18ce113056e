"""Tables of which earlier scripts let each see its own rows alone, and the columns by which they tell whose a row is."""

from collections.abc import Iterable, Mapping
from functools import cached_property
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


class OwnedRows:
    """Answers for the scripts that were there; what they say of policies is read once."""

    def __init__(self, known: KnownScripts) -> None:
        self._known = known
        self._by_column: dict[str, Owned] = {}

    def told_by(self, columns: Iterable[str]) -> Owned | None:
        """The one of these columns by which policies of the most tables tell whose a row is; None where none does."""
        asked = frozenset(column for each in self._guarded.values() for column in each)
        found = [self._owned(column) for column in columns if column in asked]
        return max(found, key=lambda each: len(each.guarded), default=None)

    def _owned(self, column: str) -> Owned:
        if column not in self._by_column:
            guarded = [table for table, asked in self._guarded.items() if column in asked]
            with_it = {
                last_part(act.table)
                for deed in self._known.saying("table", column, dialect=Dialect.POSTGRES)
                for act in deed.acts
                if not getattr(act, "parent", "") and any(each.name == column for each in columns_of(act))
            }
            self._by_column[column] = Owned(
                column=column,
                guarded=tuple(each for each in guarded if each in with_it),
                open=tuple(sorted(with_it - {*guarded})),
            )
        return self._by_column[column]

    @cached_property
    def _guarded(self) -> Mapping[str, frozenset[str]]:
        """The tables whose rows are guarded, each with the columns that its policies ask whose a row is by."""
        enabled: dict[str, bool] = {}
        for deed in self._known.saying("row level security", dialect=Dialect.POSTGRES):
            for act in deed.acts:
                if isinstance(act, RowSecurity) and act.how in ("enable", "disable"):
                    enabled[last_part(act.table)] = act.how == "enable"
        asked: dict[str, set[str]] = {}
        for deed in self._known.saying("create policy", dialect=Dialect.POSTGRES) if enabled else ():
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
