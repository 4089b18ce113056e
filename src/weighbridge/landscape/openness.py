"""Whether a module or a class may have a name that its text does not bind: by `__getattr__`, or by what it takes over whole.

What only raises gives nothing, and what is not there has nothing to take over: a name is held for given where it is certain
that something gives it, or where nobody can know.
"""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import OPAQUE, Call, Collection, Definition, Expr, FileFacts, Item, Name, Step, Text
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.values import External, Package, Symbol

_LOOKED_UP: Final = 2
"""Arguments with which `getattr` fails where a name is not there."""


class Openness:
    """Answers for one landscape."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator

    def of_module(self, path: RepoPath, name: str) -> bool:
        """Whether a module may hand out a name that it does not bind."""
        return self._of_module(path, name, seen={path})

    def of_class(self, owner: Symbol, name: str) -> bool:
        """Whether an object of a class may have a member by what its classes answer when they are asked for one."""
        asked = ("__getattr__", "__getattribute__")
        given = (v for each in asked for v in self._evaluator.member(owner, each))
        ours = (v for v in given if not isinstance(v, External))
        return any(not isinstance(v, Symbol) or self._answers(v, name) for v in ours)

    def _of_module(self, path: RepoPath, name: str, *, seen: set[RepoPath]) -> bool:
        names = self._evaluator.names(path)
        if names is None:
            return True
        bound = names.bound_in(0).get("__getattr__", ())
        if any(not isinstance(b, int) or self._answers(Symbol(path, b), name) for b in bound):
            return True
        for star in names.stars:
            target = self._evaluator.modules.target(star, path, facts=names.facts)
            if isinstance(target, Package):
                return True
            if isinstance(target, Symbol) and target.path not in seen:
                seen.add(target.path)
                if self._of_module(target.path, name, seen=seen):
                    return True
        return False

    def _answers(self, function: Symbol, name: str) -> bool:
        """Whether a function that is asked for names may give something for this one."""
        names = self._evaluator.names(function.path)
        if names is None:
            return True
        definition = names.facts.definitions[function.index]
        given = [step for step in names.results.get(function.index, ()) if step.value != OPAQUE]
        if definition.decorators or definition.kind not in ("function", "method"):
            return True
        asked = definition.parameters[-1].name if definition.parameters else ""
        if any(self._gives(step, function, asked=asked, name=name) for step in given):
            return True
        is_picky = any(step.scope == function.index and step.kind == "raise" for step in names.facts.steps)
        return bool(given) and (not is_picky or _spells(names.facts, name))

    def _gives(self, step: Step, function: Symbol, *, asked: str, name: str) -> bool:
        """Whether what is given back depends on the name that is asked for, and may be there."""
        if not any(isinstance(each, Name) and each.id == asked for each in walk(step.value)):
            return False
        match step.value:
            case Call(function=Name(id="getattr"), arguments=arguments) if len(arguments) == _LOOKED_UP:
                owners = self._evaluator.evaluate(function.path, function.index, expr=arguments[0].value)
                ours = [v for v in owners if not isinstance(v, External)]
                members = (m for v in ours for m in self._evaluator.member(v, name))
                return not ours or any(not isinstance(m, External) for m in members)
            case Item(key=Name(id=key)) if key == asked:
                names = self._evaluator.names(function.path)
                return names is None or _spells(names.facts, name)
        return True


def _spells(facts: FileFacts, name: str) -> bool:
    """Whether a text of a file is this name, or the key of something that it lists."""
    return any(_is_spelled(each, name) for expr in _expressions(facts) for each in walk(expr))


def _is_spelled(expr: Expr, name: str) -> bool:
    if isinstance(expr, Collection):
        return any(element.key == name for element in expr.elements)
    return isinstance(expr, Text) and expr.value == name


def _expressions(facts: FileFacts) -> Iterator[Expr]:
    for step in facts.steps:
        yield step.value
    for definition in facts.definitions:
        yield from _defaults(definition)


def _defaults(definition: Definition) -> Iterator[Expr]:
    return (p.default for p in definition.parameters if p.default is not None)
