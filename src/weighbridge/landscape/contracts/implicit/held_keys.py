"""The keys that an object holds where it is written: always, or only where some condition holds."""

from collections.abc import Mapping
from typing import Final

from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr
from weighbridge.facts.names import last_name

_BUILDERS: Final = frozenset({"jsonify", "dict"})
_OF_LISTS: Final = frozenset({"map", "filter", "list", "sorted", "toSorted", "slice", "flatMap", "concat"})

Keys = Mapping[str, bool]
"""Keys, each with whether it is always there."""


def keys_of(expr: Expr | None) -> Keys | None:
    """The keys of an object; None where it is no object, or holds what is not written here."""
    if type(expr) is Collection:
        return _of_literal(expr)
    if type(expr) is Either:
        return _merged(expr) if expr.operator == "|" else _one_of(expr)
    if type(expr) is Call and last_name(expr.function) in _BUILDERS and all(given.name for given in expr.arguments):
        names = [given.name for given in expr.arguments]
        return None if "**" in names or "*" in names else dict.fromkeys(names, True)
    return None


def is_list(expr: Expr | None) -> bool:
    """Whether an expression is certainly a list."""
    if type(expr) is Call:
        is_method = type(expr.function) is Attribute
        return last_name(expr.function) in _OF_LISTS and (is_method or last_name(expr.function) in ("list", "sorted"))
    return type(expr) is Collection and [each.key for each in expr.elements] in ([""], ["0"])


def _of_literal(expr: Collection) -> Keys | None:
    found: dict[str, bool] = {}
    for element in expr.elements:
        if element.key in ("", "**"):
            return None
        if element.key != "*":
            found[element.key] = True
            continue
        inner = keys_of(element.value) if type(element.value) in (Collection, Either) else None
        if inner is None:
            return None
        found |= {key: found.get(key, False) for key in inner}  # nobody spreads what is always there
    return found


def _merged(expr: Either) -> Keys | None:
    found: dict[str, bool] = {}
    for option in expr.options:
        inner = keys_of(option)
        if inner is None:
            return None
        found |= {key: is_sure or found.get(key, False) for key, is_sure in inner.items()}
    return found


def _one_of(expr: Either) -> Keys | None:
    """What one of several objects holds, as a condition decides."""
    each = [keys_of(option) for option in expr.options] if not expr.operator else []
    known = [keys for keys in each if keys is not None]
    if not known or len(known) < len(each):
        return None
    return {key: all(keys.get(key, False) for keys in known) for keys in known for key in keys}
