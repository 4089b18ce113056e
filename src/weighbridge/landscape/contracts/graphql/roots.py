"""Where queries of a GraphQL schema begin, and what is gone only because the way to it is."""

from collections.abc import Iterator
from typing import Final

from weighbridge.landscape.contracts.graphql.schemas import USUAL_ROOTS, Schema

_ASIDE: Final = "_not_where_{}_begins"


def names_of_roots(old: Schema, new: Schema) -> dict[str, str]:
    """What types of the second schema are to be called, so that operations begin at types of the same names in both.

    Queries do not name the type at which they begin: it may be called otherwise, and must hold what it held.
    """
    if not old.said_roots and not new.said_roots:
        return {}
    before, after = old.said_roots or USUAL_ROOTS, new.said_roots or USUAL_ROOTS
    renames: dict[str, str] = {}
    for operation, name in after.items():
        known = before.get(operation, name)
        if known != name:
            renames |= {name: known, known: _ASIDE.format(operation)}
    return renames


def closed_roots(old: Schema, new: Schema) -> Iterator[tuple[str, str]]:
    """Kinds of operations that are taken no more although the type at which they began is still there, with its name."""
    for operation, name in old.roots.items():
        if operation not in new.roots and (name in new.chunks or name not in old.chunks):
            yield operation, name


def carried(old: Schema, new: Schema) -> frozenset[str]:
    """Types that are gone and that queries reached only through what is gone or changed itself, which is told."""
    gone = old.gone(new)
    waiting = [name for key in old.naming(gone) if key not in gone for name in _named_by(old, key) if name in gone]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [each for each in _named_by(old, name) if each in gone]
    return frozenset(found)


def _named_by(schema: Schema, key: str) -> Iterator[str]:
    """The types that a type's fields, arguments and choices are of."""
    definition = schema.get(key)
    if definition is not None and key and not key.startswith("@"):
        yield from definition.names()
