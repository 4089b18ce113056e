"""Whether a member of a JavaScript object, or one put on a function or its prototype, is gone where it is used.

An object may be given any member while it runs. So one is taken to lack a member only where nothing is seen that could give it
another: it is handed to no call, nothing is spread into it or set in it by a computed name, and it inherits from nothing outside.
"""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Collection, Expr, FileFacts, Item, Step
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.file_names import CLASS_KINDS, SCRIPTS, calls_in
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.values import External, Instance, Literal, Symbol

_EVERYBODYS: Final = frozenset(
    [
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
        "constructor",
        "call",
        "apply",
        "bind",
        "name",
        "length",
        "prototype",
        "arguments",
        "caller",
    ]
)
"""What every object or every function has."""
_SPREAD: Final = ("*", "")


class LostMember:
    """One member that a changed file had on the base, by its whole name, and has not in head."""

    def __init__(self, landscapes: Landscapes, file: FileCode, *, name: str) -> None:
        self._base, self._head = landscapes.base, landscapes.head
        self._file = file
        self._owner, _, self._member = name.rpartition(".")

    def is_used_by(self, used: Attribute, path: RepoPath, *, scope: int) -> bool:
        """Whether what stands left of the dot in a file is the object that lost the member, and nothing else may give it."""
        facts, using = self._head.landscape.facts(self._file.change.path), self._head.landscape.facts(path)
        if facts is None or using is None or facts.language not in SCRIPTS or self._member in _EVERYBODYS:
            return False
        if not self._had() or not self._stands(used.of, path, scope=scope, facts=facts):
            return False
        given = self._head.evaluator.evaluate(path, scope, expr=used)
        if any(not isinstance(value, External) for value in given):
            return False
        name = self._owner.rpartition(".")[2]
        written = last_name(used.of)
        return not any(
            _gives(step, each, member=self._member)
            for step in (*facts.steps, *using.steps)
            for each in {name, written or name}
        )

    def _had(self) -> bool:
        base = self._file.change.base
        names = self._base.evaluator.names(base.path) if base is not None else None
        return names is not None and any(
            self._member in names.attached.get(index, ()) for index in names.indexes.get(self._owner, ())
        )

    def _stands(self, of: Expr, path: RepoPath, *, scope: int, facts: FileFacts) -> bool:
        """Whether an expression is the object that had the member, as far as one of both sides tells, and that lacks it."""
        is_same = self._base.landscape.tree.blobs.get(path) == self._head.landscape.tree.blobs.get(path)
        for view in (self._head, self._base) if is_same else (self._head,):
            owner = _one_object(view, of, path=path, scope=scope)
            if owner is not None:
                names = view.evaluator.names(owner.path)
                is_it = owner.path == self._file.change.path and names is not None
                return (
                    is_it
                    and names is not None
                    and names.facts.qualified_name(owner.index) == self._owner
                    and self._lacks(facts)
                )
        return False

    def _lacks(self, facts: FileFacts) -> bool:
        evaluator = self._head.evaluator
        names = evaluator.names(self._file.change.path)
        indexes = names.indexes.get(self._owner, ()) if names else ()
        if len(indexes) != 1 or facts.definitions[indexes[0]].kind in CLASS_KINDS:
            return False
        owner = Symbol(self._file.change.path, indexes[0])
        holder = self._head.references.sites.holder(evaluator.order(owner), self._member)
        return holder is None and not evaluator.hierarchy.outside(owner)


def _one_object(view: View, of: Expr, *, path: RepoPath, scope: int) -> Symbol | None:
    """The one object that an expression is; what it was bound to, and the module that hands it out whole, are the same."""
    values = view.evaluator.evaluate(path, scope, expr=of)
    objects = {Symbol(v.path, v.index) for v in values if isinstance(v, Instance | Symbol) and v.index}
    homes = {each.path for each in objects}
    others = (v for v in values if not isinstance(v, Literal) and not (isinstance(v, Instance | Symbol) and v.index))
    is_one = len(objects) == 1 and all(isinstance(v, Symbol) and v.path in homes for v in others)
    return next(iter(objects)) if is_one else None


def _gives(step: Step, name: str, *, member: str) -> bool:
    match step.target:
        case Attribute(of=of, name=set_name) if set_name == member and name in _names(of):
            return True
        case Item(of=of) if name in _names(of):
            return True
        case target if target is not None and last_name(target) == name and _is_spread(step.value):
            return True
    calls = calls_in(step.value)
    return any(name in _names(argument.value) for call in calls for argument in call.arguments)


def _names(expr: Expr) -> Iterator[str]:
    """The names of an object as written, and of the function whose prototype it is."""
    yield last_name(expr)
    if isinstance(expr, Attribute) and expr.name == "prototype":
        yield last_name(expr.of)


def _is_spread(value: Expr) -> bool:
    parts = (part for part in walk(value) if isinstance(part, Collection))
    return any(element.key in _SPREAD for part in parts for element in part.elements)
