"""What the queries of a text select of a GraphQL schema."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.contracts.graphql.schemas import QUERIES, Definition, Part, Schema, chunks_of
from weighbridge.landscape.contracts.graphql.tokens import Cursor, GraphqlError, Tokens, Value, named

_COMPOSITE: Final = ("type", "interface", "union")


def selected(text: str, schema: Schema) -> Iterator[tuple[str, int]]:
    """What a text's queries name, as `Type`, `Type.field`, `Type.field(argument)` or `Enum.VALUE`, with the line of each.

    A text that cannot be read names nothing.
    """
    try:
        tokens = Tokens(text, "")
        starts = [each.start for each in chunks_of(RepoPath(""), tokens) if each.kind in QUERIES]
        found = [each for start in starts for each in _Selecting(schema, Cursor(tokens, start)).names()]
    except GraphqlError:
        return
    yield from found


class _Selecting:
    """Goes through one query, or fragment of one."""

    def __init__(self, schema: Schema, cursor: Cursor) -> None:
        self._schema = schema
        self._cursor = cursor
        self._found: list[tuple[str, int]] = []

    def names(self) -> list[tuple[str, int]]:
        """All that it names."""
        cursor = self._cursor
        if cursor.word == "{":
            self._selection(self._composite(self._schema.roots.get("query", "")))
            return self._found
        kind = cursor.name()
        if kind == "fragment":
            cursor.name()
            around = self._condition()
        else:
            around = self._composite(self._schema.roots.get(kind, ""))
            if cursor.word not in ("(", "@", "{"):
                cursor.name()
            self._variables()
        self._directives()
        self._selection(around)
        return self._found

    def _add(self, name: str, at: int) -> None:
        self._found.append((name, self._cursor.tokens.line(at)))

    def _composite(self, name: str) -> Definition | None:
        found = self._schema.get(name) if name else None
        return found if found is not None and found.kind in _COMPOSITE else None

    def _condition(self) -> Definition | None:
        """The type on which a fragment stands."""
        self._cursor.expect("on")
        at, name = self._cursor.at, self._cursor.name()
        self._add(name, at)
        return self._composite(name)

    def _variables(self) -> None:
        cursor = self._cursor
        if not cursor.take("("):
            return
        while not cursor.take(")"):
            cursor.expect("$")
            cursor.name()
            cursor.expect(":")
            at, kind = cursor.at, cursor.type()
            self._add(named(kind), at)
            if cursor.take("="):
                self._value(cursor.value(), kind)
            self._directives()

    def _directives(self) -> None:
        for each in self._cursor.directives():
            definition = self._schema.get(f"@{each.name}")
            for name, given in each.arguments.items():
                part = definition.arguments.get(name) if definition else None
                self._value(given.value, part.type if part else "")

    def _selection(self, around: Definition | None) -> None:
        cursor = self._cursor
        cursor.expect("{")
        cursor.deeper(1)
        while not cursor.take("}"):
            if not cursor.take("..."):
                self._field(around)
            elif cursor.word == "on" or cursor.word in ("@", "{"):
                inner = self._condition() if cursor.word == "on" else around
                self._directives()
                self._selection(inner)
            else:
                cursor.name()
                self._directives()
        cursor.deeper(-1)

    def _field(self, around: Definition | None) -> None:
        cursor = self._cursor
        at, name = cursor.at, cursor.name()
        if cursor.take(":"):
            name = cursor.name()
        part = around.fields.get(name) if around else None
        if around is not None:
            self._add(around.name, at)
            self._add(f"{around.name}.{name}", at)
        self._arguments(around, part, name=name)
        if part is not None:
            self._add(named(part.type), at)
        self._directives()
        if cursor.word == "{":
            self._selection(self._composite(named(part.type)) if part else None)

    def _arguments(self, around: Definition | None, part: Part | None, *, name: str) -> None:
        for called, given in self._cursor.arguments().items():
            argument = part.arguments.get(called) if part else None
            if around is not None:
                self._add(f"{around.name}.{name}({called})", given.at)
            self._value(given.value, argument.type if argument else "")

    def _value(self, value: Value, kind: str) -> None:
        """What a value names of a type; of one that is not known nothing is."""
        for item in value.items or ():
            self._value(item, kind)
        around = self._schema.get(named(kind)) if kind else None
        if value.fields is not None and around is not None:
            self._add(around.name, value.at)
        for name, each in (value.fields or {}).items():
            part = around.fields.get(name) if around else None
            if around is not None:
                self._add(f"{around.name}.{name}", each.at)
            self._value(each, part.type if part else "")
        if kind and value.is_name:
            self._add(f"{named(kind)}.{value.text}", value.at)
