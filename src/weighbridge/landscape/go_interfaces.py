"""Go's interfaces and the types of this repository that are used as them and do not fit any more, whichever of both changed.

A type says nowhere that it fits; so one counts that had every method on the base, lacks one now or has another, and stands
where the interface is stated: in what is bound or handed back as one, or handed to what takes one.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.places import Place
from weighbridge.facts.model import Call, Definition, Expr, FileFacts, Name, Step
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.unmet import Lacking, Unmet, shape
from weighbridge.landscape.values import Instance, Symbol

_BREAKING: Final = (ChangeDepth.REMOVED, ChangeDepth.SIGNATURE)
_MOST_FILES: Final = 200
"""Files that name a type and are looked through for where it is used as the interface."""


def unmet_interfaces(code: CodeChange, landscapes: Landscapes) -> Iterator[Unmet]:
    """Every interface that changed and that types used as it do not meet any more, and those that a changed type does not."""
    look = Interfaces(landscapes)
    told: set[tuple[str, str]] = set()
    for unmet in _of_interfaces(code, look):
        told |= {(unmet.name, each.name) for each in unmet.types}
        yield unmet
    for file in code.of_role("go"):
        if file.base is not None and file.change.base is not None and not is_test(file.change.path):
            yield from (u for u in look.lost(file) if (u.name, u.types[0].name) not in told)


def _of_interfaces(code: CodeChange, look: "Interfaces") -> Iterator[Unmet]:
    for file in code.of_role("go"):
        if file.base is None or file.head is None or file.change.base is None or is_test(file.change.path):
            continue
        for index, definition in enumerate(file.head.definitions):
            found = [i for i in _interfaces(file.base) if file.base.definitions[i].name == definition.name]
            if definition.kind == "interface" and len(found) == 1:
                before, after = Symbol(file.change.base.path, found[0]), Symbol(file.change.path, index)
                yield from look.changed(before, after)


def _interfaces(facts: FileFacts) -> Iterator[int]:
    return (i for i, each in enumerate(facts.definitions) if each.kind == "interface")


class Interfaces:
    """Compares what interfaces ask for with what types have."""

    def __init__(self, landscapes: Landscapes) -> None:
        self._base, self._head = landscapes.base, landscapes.head
        self._fit = self._head.evaluator.hierarchy.fit

    def changed(self, before: Symbol, after: Symbol) -> Iterator[Unmet]:
        """The interface itself, when it asks for more or for another method, with those that do not meet it."""
        old, new = self._base.evaluator.hierarchy.fit.asked_by(before), self._fit.asked_by(after)
        asked = tuple(name for name in new if name not in old or shape(old[name]) != shape(new[name]))
        if not asked or not old:
            return
        types = tuple(self._lacking(after, old, asked={name: new[name] for name in asked}))
        if types:
            line, path = new[types[0].lacks].line, after.path
            name = _definition(self._head, after).name
            place = Place(path=path, line=line, end_line=line, symbol=name)
            yield Unmet(name=name, asked=asked, place=place, types=types)

    def _lacking(
        self, interface: Symbol, had: Mapping[str, Definition], *, asked: Mapping[str, Definition]
    ) -> Iterator[Lacking]:
        rarest = min(had, key=lambda name: len(self._head.landscape.files_with("d:" + name)))
        for owner in self._fit.with_method(rarest, like=interface.path):
            lacks = next((name for name in asked if not self._meets(owner, name, had=had)), "")
            if not lacks or self._head.evaluator.hierarchy.outside(owner):
                continue
            if all(self._method(self._head, owner, name=name) for name in had):
                yield from self._used_as(owner, interface, lacks=lacks)

    def _meets(self, owner: Symbol, name: str, *, had: Mapping[str, Definition]) -> bool:
        """Whether a type has a method that is asked for, and not plainly what was asked for before."""
        method = self._method(self._head, owner, name=name)
        return method is not None and (name not in had or shape(method) != shape(had[name]))

    def _used_as(self, owner: Symbol, interface: Symbol, *, lacks: str) -> Iterator[Lacking]:
        used = self._used(owner, interface)
        if used is not None:
            definition = _definition(self._head, owner)
            stands = Place(path=owner.path, line=definition.line, end_line=definition.line, symbol=definition.name)
            has_another = self._method(self._head, owner, name=lacks) is not None
            yield Lacking(name=definition.name, lacks=lacks, stands=stands, used=used, has_another=has_another)

    def lost(self, file: FileCode) -> Iterator[Unmet]:
        """The interfaces that a type of a changed file does not fit any more, for a method of its own that is gone or another."""
        assert file.change.base is not None, "only what stood on the base can be lost"
        for symbol in file.symbols:
            owner, _, name = symbol_name(symbol.symbol).rpartition(".")
            if symbol.kind != "method" or symbol.depth not in _BREAKING or "." in owner:
                continue
            fit = self._base.evaluator.hierarchy.fit
            for before in fit.having_in(file.change.base.path, name):
                after = self.now(before)
                if after is None or _definition(self._base, before).name != owner:
                    continue
                for interface in fit.interfaces(before, name):
                    yield from self._lost_for(before, after, name=name, interface=interface)

    def _lost_for(self, before: Symbol, after: Symbol, *, name: str, interface: Symbol) -> Iterator[Unmet]:
        old = self._base.evaluator.hierarchy.fit.asked_by(interface)[name]
        had, has = self._method(self._base, before, name=name), self._method(self._head, after, name=name)
        stated = self.now(interface)
        asked = self._fit.asked_by(stated).get(name) if stated is not None else None
        if stated is None or asked is None or had is None or shape(had) != shape(old):
            return
        if (has is not None and shape(has) == shape(asked)) or self._head.evaluator.hierarchy.outside(after):
            return
        for each in self._used_as(after, stated, lacks=name):
            yield Unmet(
                name=_definition(self._head, stated).name,
                asked=(name,),
                place=each.stands,
                types=(each,),
                is_of_type=True,
            )

    def now(self, before: Symbol) -> Symbol | None:
        """What stands in head under the name that a type of the base has, in the same file."""
        names = self._head.evaluator.names(before.path) if before.path in self._head.landscape.tree else None
        indexes = names.indexes.get(_definition(self._base, before).name, ()) if names else ()
        return Symbol(before.path, indexes[0]) if len(indexes) == 1 else None

    def _method(self, view: View, owner: Symbol, *, name: str) -> Definition | None:
        """The method or field of this name that a type has, its own or of what it takes in."""
        found = (value for value in view.evaluator.member(owner, name) if isinstance(value, Symbol))
        return next((_definition(view, value) for value in found), None)

    def _used(self, owner: Symbol, interface: Symbol) -> Place | None:
        """The first place where a type stands for the interface, code before tests."""
        for path, facts, step in self.uses(owner, interface):
            return Place(path=path, line=step.line, end_line=step.line, symbol=facts.qualified_name(step.scope))
        return None

    def uses(self, owner: Symbol, interface: Symbol) -> Iterator[tuple[RepoPath, FileFacts, Step]]:
        """The steps in which a type, or a pointer to it, stands for the interface, code before tests."""
        name = _definition(self._head, owner).name
        stated = _definition(self._head, interface).name
        naming = {
            owner.path,
            *self._head.landscape.files_with("m:" + name),
            *self._head.landscape.files_with("m:" + stated),
        }
        for path in sorted(naming, key=lambda p: (is_test(p), p))[:_MOST_FILES]:
            facts = self._head.landscape.facts(path) if path.endswith(".go") else None
            for step in facts.steps if facts else ():
                if facts is not None and self._is_use(path, facts, step=step, pair=(owner, interface)):
                    yield path, facts, step

    def _is_use(self, path: str, facts: FileFacts, *, step: Step, pair: tuple[Symbol, Symbol]) -> bool:
        where = Symbol(type(pair[0].path)(path), step.scope)
        owner, interface = pair
        stated = step.annotation if step.kind == "bind" else facts.definitions[step.scope].returns
        is_stated = step.kind in ("bind", "return") and stated is not None
        if is_stated and self._are(where, stated, value=step.value, pair=pair):
            return True
        if (
            step.kind == "use"
            and isinstance(step.value, Name)
            and step.value.id == _definition(self._head, interface).name
        ):
            beside = (s for s in facts.steps if s.line == step.line and s is not step and s.kind == "use")
            if any(self._is(where, each.value, of=owner) for each in beside):
                return True  # `var _ Store = (*memory)(nil)`
        return any(self._is_handed(where, call, pair=pair) for call in calls_in(step.value))

    def _are(self, where: Symbol, stated: Expr | None, *, value: Expr, pair: tuple[Symbol, Symbol]) -> bool:
        owner, interface = pair
        is_one = stated is not None and self._is(where, stated, of=interface, is_stated=True)
        return is_one and self._is(where, value, of=owner)

    def _is_handed(self, where: Symbol, call: Call, *, pair: tuple[Symbol, Symbol]) -> bool:
        """Whether a call hands the type to what takes the interface, as an argument or as a field."""
        owner, interface = pair
        if not any(self._is(where, each.value, of=owner) for each in call.arguments):
            return False
        for callee in self._head.evaluator.evaluate(where.path, where.index, expr=call.function):
            if not isinstance(callee, Symbol):
                continue
            there = _definition(self._head, callee)
            for position, each in enumerate(call.arguments):
                stated = self._taken(callee, there, position=position, name=each.name)
                is_one = stated is not None and self._is(callee, stated, of=interface, is_stated=True)
                if is_one and self._is(where, each.value, of=owner):
                    return True
        return False

    def _taken(self, callee: Symbol, there: Definition, *, position: int, name: str) -> Expr | None:
        if there.kind in ("function", "method"):
            return there.parameters[position].annotation if position < len(there.parameters) else None
        facts = self._head.landscape.facts(callee.path)
        fields = (s for s in facts.steps if s.scope == callee.index and s.kind == "bind") if facts else ()
        return next((s.annotation for s in fields if s.target is not None and last_name(s.target) == name), None)

    def _is(self, where: Symbol, expr: Expr, *, of: Symbol, is_stated: bool = False) -> bool:
        """Whether an expression stands for a value of a type, or, where it is stated, for the type."""
        evaluator = self._head.evaluator
        if is_stated:
            return Instance(of.path, of.index) in evaluator.declared(where.path, where.index, annotation=expr)
        found = evaluator.evaluate(where.path, where.index, expr=expr)
        return Instance(of.path, of.index) in found or of in found  # one of several results is told by its type


def _definition(view: View, symbol: Symbol) -> Definition:
    facts = view.landscape.facts(symbol.path)
    assert facts is not None, "it was read from this file"
    return facts.definitions[symbol.index]
