"""Calls that are made for each row of a table written out in the file, as the calls that they come to.

`routes.forEach((route) => router.use(route.path, route.router))` mounts as many routers as the table has rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from weighbridge.facts.model import Attribute, Call, Collection, Expr, FileFacts, Function, Name
from weighbridge.facts.recognise._javascript_origins import option
from weighbridge.facts.recognise._origins import Called, Origins

_MOST_ROWS: Final = 100
_MOST_CALLS: Final = 1_000
"""Rows of one table, and calls for rows of all tables of a file; what goes beyond stays as it is written."""

_PASSING: Final = frozenset({"forEach", "map"})


class Rows:
    """The tables of one file whose rows are gone through."""

    def __init__(self, facts: FileFacts, called: Sequence[Called], *, origins: Origins) -> None:
        self._facts = facts
        self._called = called
        self._origins = origins
        self._left = _MOST_CALLS

    def unrolled(self, called: Called) -> Iterator[Called]:
        """A call once for each row that its arguments are members of; the call itself where they are of none."""
        given = [each.value for each in called.call.arguments]
        names = [each.of.id for each in given if isinstance(each, Attribute) and isinstance(each.of, Name)]
        name, rows = next(((name, rows) for name in names if (rows := self._rows(name, called.scope))), ("", []))
        if not rows or len(rows) > self._left:
            yield called
            return
        self._left -= len(rows)
        for row in rows:
            yield replace(called, call=_filled(called.call, name, row=row))

    def _rows(self, name: str, scope: int) -> list[Collection]:
        """The rows that a name stands for one of: a function's parameter, or what a loop gives it."""
        bound = self._origins.bound(name, scope)
        if bound is None:
            return []
        at, table = bound
        if table is None:
            parameters = self._facts.definitions[at].parameters
            table = self._passed.get(at) if parameters[0].name == name else None
        if isinstance(table, Name):
            table = (self._origins.bound(table.id, at) or (0, None))[1]
        elements = table.elements if isinstance(table, Collection) else ()
        return [each.value for each in elements if isinstance(each.value, Collection)][:_MOST_ROWS]

    @cached_property
    def _passed(self) -> Mapping[int, Expr]:
        """By each function that is called for every row of a table, the table."""
        return {
            given.value.definition: called.call.function.of
            for called in self._called
            if isinstance(called.call.function, Attribute) and called.call.function.name in _PASSING
            for given in called.call.arguments
            if isinstance(given.value, Function)
        }


def _filled(call: Call, name: str, *, row: Collection) -> Call:
    def value(expr: Expr) -> Expr:
        if isinstance(expr, Attribute) and expr.of == Name(name):
            return option(row, expr.name) or expr
        return expr

    return replace(call, arguments=tuple(replace(each, value=value(each.value)) for each in call.arguments))
