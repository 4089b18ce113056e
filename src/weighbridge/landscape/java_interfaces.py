"""Java's interfaces and abstract classes, and the classes below them that lack a method asked for: whichever of both changed.

A class counts where nothing outside the repository stands above it that could have the method, and no annotation makes one.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from weighbridge.domain.ids import symbol_name
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.places import Place
from weighbridge.facts.model import Definition, FileFacts
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.java_library import HOLDING_LITTLE
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.unmet import Lacking, Unmet, shape
from weighbridge.landscape.values import Symbol

_BREAKING: Final = (ChangeDepth.REMOVED, ChangeDepth.SIGNATURE)
_OF_OBJECT: Final = ("equals", "hashCode", "toString", "getClass", "clone", "finalize")
"""What every class has."""


def unmet_classes(code: CodeChange, landscapes: Landscapes) -> Iterator[Unmet]:
    """What changed interfaces and abstract classes ask for and classes below them lack, and what changed classes lost of it."""
    look = _Look(landscapes.head)
    told: set[Symbol] = set()
    files = [file for file in code.of_role("java") if file.base is not None and file.head is not None]
    for file in files:
        for owner, method, was in _asked_anew(file):
            yield from look.grown(owner, method, was=was, told=told)
    for file in files:
        if not is_test(file.change.path):
            yield from look.lost(file, told)


def _asked_anew(file: FileCode) -> Iterator[tuple[Symbol, Definition, list[Definition]]]:
    """The abstract methods that a type of a file has in head alone, with those of the same name that only the base had."""
    assert file.base is not None, "a changed file"
    assert file.head is not None, "a changed file"
    before = {file.base.qualified_name(i): i for i, d in enumerate(file.base.definitions) if _asks(d)}
    for index, definition in enumerate(file.head.definitions):
        known = before.get(file.head.qualified_name(index)) if _asks(definition) else None
        if known is None:
            continue
        old, new = _abstract(file.base, known), _abstract(file.head, index)
        kept = {(each.name, shape(each)) for each in old}
        left = {(each.name, shape(each)) for each in new}
        for method in new:
            if (method.name, shape(method)) not in kept and method.name not in _OF_OBJECT:
                gone = [each for each in old if each.name == method.name and (each.name, shape(each)) not in left]
                yield Symbol(file.change.path, index), method, gone


def _asks(definition: Definition) -> bool:
    return definition.is_abstract and definition.kind in ("class", "interface")


def _abstract(facts: FileFacts, owner: int) -> list[Definition]:
    return [d for d in facts.definitions if d.parent == owner and d.kind == "method" and d.is_abstract]


class _Look:
    """Looks at the classes below others."""

    def __init__(self, head: View) -> None:
        self._view = head
        self._hierarchy = head.evaluator.hierarchy

    def grown(
        self, owner: Symbol, method: Definition, *, was: Sequence[Definition], told: set[Symbol]
    ) -> Iterator[Unmet]:
        """What asks for a method, with the classes below that have none, or none but what was asked for before."""
        found: list[Lacking] = []
        for heir in self._built(self._hierarchy.descendants(owner)):
            own = self._having(heir, method)
            old_shapes = {shape(each) for each in was}
            are_old = bool(own) and all(shape(each) in old_shapes for each in own)
            if not own or are_old:
                told.add(heir)
                has_another = are_old or any(self._having(heir, each) for each in was)
                found.append(self._lacking(heir, method.name, has_another=has_another))
        if found:
            name = self._definition(owner).name
            place = Place(path=owner.path, line=method.line, end_line=method.line, symbol=f"{name}.{method.name}")
            yield Unmet(name=name, asked=(method.name,), place=place, types=tuple(found))

    def lost(self, file: FileCode, told: set[Symbol]) -> Iterator[Unmet]:
        """What classes of a file lack that lost a method, and that something above them asks for."""
        assert file.base is not None, "only what stood on the base can be lost"
        names = self._view.evaluator.names(file.change.path)
        for symbol in file.symbols if names else ():
            owner, _, name = symbol_name(symbol.symbol).rpartition(".")
            indexes = names.indexes.get(owner, ()) if names and symbol.kind == "method" else ()
            if symbol.depth not in _BREAKING or len(indexes) != 1 or name == "<init>":
                continue
            here = Symbol(file.change.path, indexes[0])
            for heir in self._built((here, *self._hierarchy.descendants(here))):
                asked = self._asked(heir, name) if heir not in told else None
                if asked is not None and not self._having(heir, asked[1]):
                    told.add(heir)
                    has_another = any(True for _ in self._methods(heir, name))
                    lacking = self._lacking(heir, name, has_another=has_another)
                    above = self._definition(asked[0]).name
                    yield Unmet(name=above, asked=(name,), place=lacking.stands, types=(lacking,), is_of_type=True)

    def _asked(self, owner: Symbol, name: str) -> tuple[Symbol, Definition] | None:
        """What above a class asks for a method of this name that it lacks."""
        for above in self._hierarchy.order(owner)[1:]:
            facts = self._view.landscape.facts(above.path)
            for method in _abstract(facts, above.index) if facts else ():
                if method.name == name and not self._having(owner, method):
                    return above, method
        return None

    def _built(self, classes: Sequence[Symbol]) -> Iterator[Symbol]:
        """Those of which objects are made, and of which all is known that they have."""
        for each in classes:
            definition = self._definition(each)
            facts = self._view.landscape.facts(each.path)
            if definition.kind != "class" or definition.is_abstract or facts is None:
                continue
            is_made_up = any(i.module.partition(".")[0] == "lombok" for i in facts.imports)
            is_known = all(base in HOLDING_LITTLE for base in self._hierarchy.outside(each))
            is_enum = "enum " in definition.signature and bool(self._hierarchy.heirs(each))  # its constants may have it
            if is_known and not is_made_up and not is_enum:
                yield each

    def _having(self, owner: Symbol, method: Definition) -> list[Definition]:
        """The methods of a class, its own or from above, that can be the one asked for by how much they take."""
        wanted = len(method.parameters)
        found = [m for m in self._methods(owner, method.name) if m.kind != "method" or len(m.parameters) == wanted]
        return [m for m in found if m.kind == "method" or not wanted]

    def _methods(self, owner: Symbol, name: str) -> Iterator[Definition]:
        """What a class has by a name that is no mere request; the components of a record are read by methods."""
        for each in self._hierarchy.order(owner):
            facts = self._view.landscape.facts(each.path)
            is_record = bool(facts and facts.definitions[each.index].parameters)
            for definition in facts.definitions if facts else ():
                is_one = definition.parent == each.index and definition.name == name and not definition.is_abstract
                if is_one and (definition.kind == "method" or (is_record and definition.kind == "variable")):
                    yield definition

    def _lacking(self, owner: Symbol, name: str, *, has_another: bool) -> Lacking:
        definition = self._definition(owner)
        stands = Place(path=owner.path, line=definition.line, end_line=definition.line, symbol=definition.name)
        return Lacking(name=definition.name, lacks=name, stands=stands, has_another=has_another)

    def _definition(self, symbol: Symbol) -> Definition:
        facts = self._view.landscape.facts(symbol.path)
        assert facts is not None, "it was found in this file"
        return facts.definitions[symbol.index]
