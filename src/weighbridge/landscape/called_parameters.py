"""Who calls an object of a class that it was given: `def run(check: Check)` with `check(order)` calls `Check.__call__`.

A call says no name of the method, so it is looked for where a parameter's type is stated.
"""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.impact import Certainty, EdgeKind
from weighbridge.facts.mentions import mentions_in
from weighbridge.facts.model import Expr, FileFacts, Name
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.references import MOST_READ, Reference
from weighbridge.landscape.values import Instance, Symbol

CALLED: Final = "__call__"


def calling(view: View, owner: Symbol) -> Iterator[Reference]:
    """The calls of parameters that are stated to be of a class, or of one that has its `__call__` from it."""
    if not owner.path.endswith(".py"):
        return
    classes = (owner, *view.evaluator.hierarchy.descendants(owner))
    names = {name for each in classes if (name := _name_of(view, each))}
    files = sorted({path for name in names for path in view.landscape.files_with("m:" + name)})[:MOST_READ]
    view.references.read(files)
    for path in files:
        facts = view.landscape.facts(path)
        for index in sorted({-1 - unit for name in names for unit in _units(facts, name) if unit < 0}):
            yield from _in_function(view, Symbol(path, index), owner=owner)


def _in_function(view: View, function: Symbol, *, owner: Symbol) -> Iterator[Reference]:
    names = view.evaluator.names(function.path)
    definition = names.facts.definitions[function.index] if names else None
    stated = ((p.name, p.annotation) for p in definition.parameters if p.annotation) if definition else ()
    given = {Name(name) for name, annotation in stated if _is_of(view, function, annotation=annotation, owner=owner)}
    for step in names.facts.steps if names and given else ():
        if names and function.index in names.enclosing(step.scope):
            for call in calls_in(step.value):
                if call.function in given:
                    yield Reference(Symbol(function.path, step.scope), EdgeKind.CALLS, Certainty.SEEN, call.line)


def _is_of(view: View, function: Symbol, *, annotation: Expr, owner: Symbol) -> bool:
    """Whether what an annotation states has the `__call__` of a class."""
    evaluator = view.evaluator
    stated = evaluator.declared(function.path, function.index, annotation=annotation)
    classes = (Symbol(value.path, value.index) for value in stated if isinstance(value, Instance))
    return any(view.references.sites.holder(evaluator.order(each), CALLED) == owner for each in classes)


def _name_of(view: View, symbol: Symbol) -> str:
    facts = view.landscape.facts(symbol.path)
    return facts.definitions[symbol.index].name if facts else ""


def _units(facts: FileFacts | None, name: str) -> tuple[int, ...]:
    return tuple(mentions_in(facts).get(name, ())) if facts else ()
