"""Definitions of a file of Python by their names: which of them counts, and which somebody else may notice."""

import builtins
import collections.abc
import enum
import typing
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.ids import symbol_name
from weighbridge.domain.impact import ChangedSymbol
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.arguments import decorator_name
from weighbridge.landscape.file_names import CLASS_KINDS

CALLED: Final = frozenset({"__init__", "__new__", "__call__"})
_USED: Final = CALLED | frozenset(
    {"__enter__", "__exit__", "__aenter__", "__aexit__", "__iter__", "__aiter__", "__await__", "__len__"}
    | {"__getitem__", "__setitem__", "__contains__", "__bool__", "__next__", "__anext__", "__class_getitem__"}
)
"""Members with two underscores that others use by what they do with an object."""

_ACCESSORS: Final = frozenset({"setter", "deleter", "overload"})

NO_PROMISE: Final = frozenset({"object", "Generic", "Protocol", "ABC", "TypedDict", "NamedTuple", "Any"})
"""Bases that give those who use a class nothing that they would miss."""


_STANDARD: Final = {"builtins": builtins, "collections.abc": collections.abc, "enum": enum, "typing": typing}
"""Modules whose classes are the same wherever a package is installed, but for what newer versions add."""


def may_give(outside: Iterable[str], name: str) -> bool | None:
    """Whether one of these classes from elsewhere gives its heirs a member of a name; None where one is not known."""
    given = [_gives(each, name) for each in outside if each.rpartition(".")[2] not in NO_PROMISE]
    return True if True in given else None if None in given else False


def _gives(outside: str, name: str) -> bool | None:
    module, _, found = outside.rpartition(".")
    of_standard = getattr(_STANDARD.get(module), found, None)
    return None if of_standard is None else hasattr(of_standard, name)


def concerns(symbol: ChangedSymbol) -> bool:
    """Whether somebody else may notice what a change does to a definition, by its name alone."""
    return "@" not in symbol.symbol.partition("#")[2] and concerns_name(symbol_name(symbol.symbol))


def concerns_name(name: str) -> bool:
    """The same of a qualified name."""
    return all(not part.startswith("_") or part in _USED for part in name.split("."))


def is_member(facts: FileFacts, index: int) -> bool:
    """Whether a definition stands at the top level, or in classes that do."""
    parent = facts.definitions[index].parent
    while parent > 0 and facts.definitions[parent].kind in CLASS_KINDS:
        parent = facts.definitions[parent].parent
    return parent == 0


def last_of(facts: FileFacts, name: str) -> int | None:
    """The definition of a name that counts: the last that is no overload and no setter."""
    found = None
    for index, definition in enumerate(facts.definitions):
        if facts.qualified_name(index) == name and not _ACCESSORS & {decorator_name(d) for d in definition.decorators}:
            found = index
    return found
