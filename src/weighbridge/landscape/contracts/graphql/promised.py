"""Whether anybody comes to a type of a GraphQL schema by what is promised: from where operations begin, field by field."""

from collections.abc import Iterator
from typing import Final

from weighbridge.landscape.contracts.graphql.described import is_unpromised
from weighbridge.landscape.contracts.graphql.schemas import DIRECTIVE, Definition, Part, Schema, Texts
from weighbridge.landscape.contracts.graphql.tokens import named

_MOST_STEPS: Final = 30
"""How far back from a type its ways are followed."""


def unpromised_way(name: str, schema: Schema, *, texts: Texts) -> str:
    """What is no promise and stands on every way to a type, or one such thing; empty where a way has none, or not all are seen.

    They are seen where one file holds the schema with what its queries begin at.
    """
    roots = set(schema.roots.values())
    if len(texts) != 1 or name in roots or schema.roots.get("query") not in schema.chunks:
        return ""
    waiting, seen, found = {name}, {name}, ""
    for _ in range(_MOST_STEPS):
        closer: set[str] = set()
        for owner, part in _ways(schema, frozenset(waiting)):
            mark = next((each for each in (part, owner) if is_unpromised(texts.get(each.path, ""), each.line)), None)
            if mark is None:
                closer.add(owner.name)
            else:
                found = found or (owner.name if mark is owner else f"{owner.name}.{part.name}")
        if closer & roots:
            return ""
        waiting = closer - seen
        seen |= waiting
        if not waiting:
            return found
    return ""


def _ways(schema: Schema, names: frozenset[str]) -> Iterator[tuple[Definition, Part | Definition]]:
    """What leads to any of some types: fields that give or take them, unions of them, and interfaces that they implement."""
    for key in schema.naming(names):
        owner = schema.get(key)
        if owner is None or owner.kind == DIRECTIVE or not owner.name:
            continue
        for part in owner.fields.values():
            if named(part.type) in names or any(named(each.type) in names for each in part.arguments.values()):
                yield owner, part
        if not names.isdisjoint(owner.members):
            yield owner, owner
    for name in names:
        for each in found.interfaces if (found := schema.get(name)) else {}:
            above = schema.get(each)
            if above is not None:
                yield above, above
