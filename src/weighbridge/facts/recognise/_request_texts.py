"""What texts an address may be in one file: through variables, fields, tables of cases and the parameters they are given to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Final

from weighbridge.facts.addresses import formatted, may_be_address, named_route
from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr, FileFacts, Function, Item, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._origins import Origins, argument, calls

MOST_TEXTS: Final = 200
"""Texts that one address may be."""

_DEEPEST: Final = 6
_FORMATTING: Final = frozenset({"Sprintf", "format"})
_WRAPPING: Final = frozenset({"URL", "URI", "create", "parse"})
"""Calls that make an address of the text they are given first."""

NAMING: Final = frozenset({"url_for", "url_path_for"})
"""Calls that make the address of the route they are given the name of."""

_TABLES: Final = frozenset({"parametrize", "ValueSource"})
_CALLING: Final = frozenset({"each", "forEach", "map", "for"})


class Texts:
    """Answers for one file; answers about names are remembered."""

    def __init__(self, facts: FileFacts) -> None:
        self._facts = facts
        self._origins = Origins(facts)
        self._known: dict[tuple[int, str, str], tuple[str, ...]] = {}
        self._rows: dict[int, tuple[dict[str, list[Expr]], list[Expr]]] = {}

    def of(self, expr: Expr | None, scope: int) -> tuple[str, ...]:
        """The texts that an expression may be, holes as `{}`; none where nothing in the file tells."""
        return tuple(dict.fromkeys(islice(self._of(expr, scope, member="", depth=0), MOST_TEXTS)))

    def _of(self, expr: Expr | None, scope: int, *, member: str, depth: int) -> Iterator[str]:
        known = self._origins.text(expr, scope)
        if known is not None:
            yield known
        elif depth > _DEEPEST:
            return
        elif type(expr) is Name:
            yield from self._named(expr.id, scope, member=member, depth=depth)
        elif type(expr) is Attribute and type(expr.of) is Name:
            if expr.of.id in ("self", "cls", "this"):
                yield from self._remembered(0, f".{expr.name}", member=member, depth=depth)
            else:
                yield from self._named(expr.of.id, scope, member=expr.name, depth=depth)
        elif type(expr) is Item:
            yield from self._of(expr.of, scope, member=member, depth=depth + 1)
        elif type(expr) is Either:
            for option in expr.options:
                yield from self._of(option, scope, member=member, depth=depth + 1)
        elif type(expr) is Collection:
            yield from _rows(expr, member)
        elif type(expr) is Call:
            yield from self._called(expr, scope, depth=depth)

    def _called(self, call: Call, scope: int, *, depth: int) -> Iterator[str]:
        name = last_name(call.function)
        first = argument(call, 0)
        if name in ("format", "formatted") and type(call.function) is Attribute and type(call.function.of) is Text:
            yield formatted(call.function.of.value)
        elif name in _FORMATTING and type(first) is Text:
            yield formatted(first.value)
        elif name in NAMING and type(first) is Text and not first.parts:
            yield named_route(first.value)
        elif name in _WRAPPING:
            yield from self._of(first, scope, member="", depth=depth + 1)

    def _named(self, name: str, scope: int, *, member: str, depth: int) -> Iterator[str]:
        """The texts of a variable, or of what it is taken out of; of a parameter, those that a table of cases gives it."""
        while scope >= 0:
            definition = self._facts.definitions[scope]
            if (scope, name) in self._values or any(parameter.name == name for parameter in definition.parameters):
                yield from self._remembered(scope, name, member=member, depth=depth)
                return
            scope = definition.parent

    def _remembered(self, scope: int, name: str, *, member: str, depth: int) -> tuple[str, ...]:
        key = (scope, name, member)
        if key not in self._known:
            self._known[key] = ()  # what a name is bound to may name it again
            values = (*self._values.get((scope, name), ()), *self._given(scope, name))
            found = (text for value in values for text in self._of(value, scope, member=member, depth=depth + 1))
            self._known[key] = tuple(dict.fromkeys(islice(found, MOST_TEXTS)))
        return self._known[key]

    def _given(self, scope: int, name: str) -> Iterator[Expr]:
        """The tables of cases whose rows a parameter is given."""
        if scope not in self._rows:
            self._rows[scope] = self._rows_of(scope)
        named, of_all = self._rows[scope]
        if name in named:
            yield from named[name]
            yield from of_all
            yield from self._tables.get(scope, ())

    def _rows_of(self, scope: int) -> tuple[dict[str, list[Expr]], list[Expr]]:
        """The tables of a function's decorators by the parameters they name, and those that name none."""
        definition = self._facts.definitions[scope]
        named: dict[str, list[Expr]] = {parameter.name: [] for parameter in definition.parameters}
        of_all: list[Expr] = []
        for decorator in definition.decorators:
            if type(decorator) is Call and last_name(decorator.function) in _TABLES:
                values = [given.value for given in decorator.arguments]
                if len(values) == 1:
                    of_all.append(values[0])
                for name in dict.fromkeys(_names_in(values[0])) if len(values) > 1 else ():
                    if name in named:
                        named[name].append(values[1])
        return named, of_all

    @cached_property
    def _values(self) -> Mapping[tuple[int, str], list[Expr]]:
        """What every variable of a scope is given; fields, and what stands in a class, as `.name` of the whole file."""
        found: dict[tuple[int, str], list[Expr]] = defaultdict(list)
        for step in self._facts.steps:
            if step.kind not in ("bind", "iterate"):
                continue
            if type(step.target) is Name:
                found[step.scope, step.target.id].append(step.value)
                if self._facts.definitions[step.scope].kind == "class":
                    found[0, f".{step.target.id}"].append(step.value)
            elif type(step.target) is Attribute:
                found[0, f".{step.target.name}"].append(step.value)
        return found

    @cached_property
    def _tables(self) -> Mapping[int, list[Expr]]:
        """The tables of cases by the function that is called for each row: `it.each(rows)("…", f)`, `rows.forEach(f)`."""
        found: dict[int, list[Expr]] = defaultdict(list)
        for called in calls(self._facts):
            function = called.call.function
            table: Expr | None = None
            if type(function) is Call and last_name(function.function) in _CALLING:
                table = argument(function, 0)
            elif type(function) is Attribute and function.name in _CALLING:
                table = function.of
            if table is None:
                continue
            for given in called.call.arguments:
                if type(given.value) is Function:
                    found[given.value.definition].append(table)
        return found


def _rows(table: Collection, member: str) -> Iterator[str]:
    """The addresses in a table of cases; where a row has names, those under the name `member`."""
    waiting: list[Collection] = [table]
    while waiting:
        row = waiting.pop()
        is_named = any(element.key == member for element in row.elements)
        for element in row.elements:
            value = element.value
            if type(value) is Collection:
                waiting.append(value)
            elif type(value) is Text and may_be_address(value.value) and (not is_named or element.key == member):
                yield value.value


def _names_in(names: Expr) -> Iterable[str]:
    """The parameters that a table says it is for."""
    if type(names) is Collection:
        return [element.value.value for element in names.elements if type(element.value) is Text]
    return [name.strip() for name in names.value.split(",")] if type(names) is Text else ()
