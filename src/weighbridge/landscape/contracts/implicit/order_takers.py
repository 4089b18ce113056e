"""Who calls a function that hands out several, and takes one of them by its place: the first, the last."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Call, Expr, FileFacts, Item, Name, Number
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.test_files import is_test

_PLACES: Final = frozenset({"0", "-1"})
_MOST_SHOWN: Final = 10


def takers_of(each: Rewrite, view: View) -> tuple[Place, ...]:
    """The places that take one by its place of what the rewritten function hands out; tests left out."""
    facts = each.file.head
    holder, _, name = each.symbol.rpartition(".")
    if facts is None or not name or each.step.kind != "return":
        return ()
    scope = next((at for at in range(len(facts.definitions)) if facts.qualified_name(at) == holder), 0)
    found: dict[Place, None] = {}
    for path in dict.fromkeys(one.source.path for one in view.references.to((each.file.change.path, scope, name))):
        reading = None if is_test(path) else view.landscape.facts(path)
        for line in _taking(reading, name) if reading is not None else ():
            found.setdefault(Place(path=path, line=line, end_line=line))
    return tuple(found)[:_MOST_SHOWN]


def _taking(facts: FileFacts, name: str) -> Iterator[int]:
    for step in facts.steps:
        held = {
            other.target.id
            for other in facts.steps
            if other.scope == step.scope
            and other.kind == "bind"
            and type(other.target) is Name
            and _calls(other.value, name)
        }
        for part in walk(step.value):
            if _is_taken(part, name, held=held):
                yield step.line


def _is_taken(expr: Expr, name: str, *, held: set[str]) -> bool:
    if type(expr) is Item and type(expr.key) is Number and expr.key.value in _PLACES:
        return _calls(expr.of, name) or (type(expr.of) is Name and expr.of.id in held)
    is_next = type(expr) is Call and last_name(expr.function) in ("next", "iter") and len(expr.arguments) > 0
    return is_next and type(expr) is Call and _calls(expr.arguments[0].value, name)


def _calls(expr: Expr, name: str) -> bool:
    return type(expr) is Call and last_name(expr.function) == name
