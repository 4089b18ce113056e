"""Who calls a function that hands out several, and takes one of them by its place: the first, the last."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Item, Name, Number, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.asking import who_asks
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.references import Reference
from weighbridge.landscape.test_files import is_test

_PLACES: Final = frozenset({"0", "-1"})
_MOST_SHOWN: Final = 10


def takers_of(each: Rewrite, landscapes: Landscapes) -> tuple[Place, ...]:
    """The places that take one by its place of what the rewritten function hands out, or a route through it; tests left out."""
    calling, requesting = _calling(each, landscapes.head), _requesting(each, landscapes)
    return tuple(dict.fromkeys((*calling, *requesting)))[:_MOST_SHOWN]


def _calling(each: Rewrite, view: View) -> tuple[Place, ...]:
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
    return tuple(found)


def _requesting(each: Rewrite, landscapes: Landscapes) -> tuple[Place, ...]:
    """The places that request a route through the rewritten definition, and take one of the answer by its place."""
    found: dict[Place, None] = {}
    for reference in who_asks(each, landscapes).references:
        path = reference.source.path
        facts = None if is_test(path) or path == each.file.change.path else landscapes.head.landscape.facts(path)
        for line in _taking_of_answer(facts, reference) if facts is not None else ():
            found.setdefault(Place(path=path, line=line, end_line=line))
    return tuple(found)


def _taking_of_answer(facts: FileFacts, reference: Reference) -> Iterator[int]:
    """The lines of the definition that requests on which one is taken of what it was answered, under whichever names."""
    held: set[str] = set()
    for step in facts.steps:
        if step.scope != reference.source.index:
            continue
        parts = [*walk(step.value)]
        for part in parts:
            is_by_place = type(part) is Item and type(part.key) is Number and part.key.value in _PLACES
            if is_by_place and type(part) is Item and _is_answer(part.of, reference.line, held=held):
                yield step.line
        if step.kind == "bind" and type(step.target) is Name and _is_answer(step.value, reference.line, held=held):
            held.add(step.target.id)


def _is_answer(expr: Expr, line: int, *, held: set[str]) -> bool:
    """Whether an expression is what a request on a line was answered, or is read from it."""
    while True:
        if type(expr) is Name:
            return expr.id in held
        if type(expr) is Call:
            if expr.line == line and type(expr.function) is Name:
                return True
            if expr.line == line and type(expr.function) is Attribute and expr.arguments:
                return True
            expr = expr.function
        elif type(expr) is Attribute or (type(expr) is Item and type(expr.key) is Text):
            expr = expr.of
        else:
            return False


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
