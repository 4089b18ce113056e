"""One file's names: for each scope, what every name is bound to there, as written."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct, field

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import (
    Attribute,
    Call,
    Definition,
    Expr,
    FileFacts,
    Import,
    Name,
    Parameter,
    Step,
)


class BoundParameter(Struct, frozen=True):
    """A name that is a parameter of the definition it stands in."""

    definition: int
    position: int
    parameter: Parameter


Binding = int | Import | Step | BoundParameter
"""A nested definition's index, an import, a step that binds, or a parameter."""

Bindings = Mapping[str, Sequence[Binding]]

CLASS_KINDS = ("class", "interface", "type")
FUNCTION_KINDS = ("function", "method", "lambda")


class FileNames(Struct, dict=True):
    """The bindings of one file; `members` are what methods assign to the object they belong to (`self.x = …`)."""

    facts: FileFacts
    bound: dict[int, dict[str, list[Binding]]] = field(default_factory=dict)
    members: dict[int, dict[str, list[Step]]] = field(default_factory=dict)
    stars: list[Import] = field(default_factory=list)
    results: dict[int, list[Step]] = field(default_factory=dict)
    outer: dict[int, set[str]] = field(default_factory=dict)
    defined: dict[tuple[int, str], list[int]] = field(default_factory=dict)
    """The definitions that stand in a scope under a name."""

    @cached_property
    def indexes(self) -> Mapping[str, Sequence[int]]:
        """Each qualified name with the definitions that go by it."""
        found: dict[str, list[int]] = {}
        for index in range(len(self.facts.definitions)):
            found.setdefault(self.facts.qualified_name(index), []).append(index)
        return found

    def enclosing(self, scope: int) -> Iterator[int]:
        """`scope` and the scopes around it, innermost first, ending with the file's own."""
        inner = len(self.facts.definitions)
        while 0 <= scope < inner:  # a parent stands before its children: facts that say otherwise end here
            yield scope
            inner, scope = scope, self.facts.definitions[scope].parent

    def enclosing_class(self, scope: int) -> int | None:
        """The nearest class around a scope, if any."""
        return next((s for s in self.enclosing(scope) if self.facts.definitions[s].kind in CLASS_KINDS), None)

    def receiver_of(self, scope: int) -> str:
        """What the function `scope` calls the object it belongs to: its first parameter, or `this`."""
        definition = self.facts.definitions[scope]
        if self.facts.language != "python":
            return "this"
        if definition.kind != "method" or _is_static(definition) or not definition.parameters:
            return ""
        return definition.parameters[0].name


def file_names(facts: FileFacts) -> FileNames:
    """The names of one file."""
    names = FileNames(facts)
    bound: dict[int, dict[str, list[Binding]]] = defaultdict(lambda: defaultdict(list))
    for index, definition in enumerate(facts.definitions):
        names.defined.setdefault((definition.parent, definition.name), []).append(index)
        if index and definition.kind not in ("lambda", "variable"):
            bound[definition.parent][definition.name].append(index)
        for position, parameter in enumerate(definition.parameters):
            bound[index][parameter.name].append(BoundParameter(index, position, parameter))
    for imported in facts.imports:
        if imported.name == "*" and not imported.alias:
            names.stars.append(imported)
        elif imported.alias:
            bound[imported.scope][imported.alias].append(imported)
    for step in facts.steps:
        _add_step(names, bound, step=step)
    for scope, outer in names.outer.items():
        _move_out(names, bound, scope=scope, outer=outer)
    names.bound = {scope: dict(found) for scope, found in bound.items()}
    return names


def _add_step(names: FileNames, bound: dict[int, dict[str, list[Binding]]], *, step: Step) -> None:
    match step.kind, step.target:
        case "declare-global", Name(id=name):
            names.outer.setdefault(step.scope, set()).add(name)
        case (("return" | "yield"), _):
            names.results.setdefault(step.scope, []).append(step)
        case (("bind" | "iterate" | "enter"), Name(id=name)):
            bound[step.scope][name].append(step)
        case (("bind" | "iterate" | "enter"), Attribute(of=Name(id=receiver), name=name)):
            _add_member(names, step, receiver=receiver, name=name)
        case _:
            return


def _add_member(names: FileNames, step: Step, *, receiver: str, name: str) -> None:
    for scope in names.enclosing(step.scope):
        if names.facts.definitions[scope].kind in FUNCTION_KINDS and receiver == names.receiver_of(scope):
            owner = names.enclosing_class(scope)
            if owner is not None:
                names.members.setdefault(owner, {}).setdefault(name, []).append(step)
                return


def _move_out(names: FileNames, bound: dict[int, dict[str, list[Binding]]], *, scope: int, outer: set[str]) -> None:
    """What a function assigns to a `global` or `nonlocal` name is bound where that name lives."""
    for name in outer:
        moved = bound[scope].pop(name, [])
        homes = [s for s in names.enclosing(scope) if s != scope and name in bound[s]]
        bound[homes[0] if homes else 0][name] += moved


def _is_static(definition: Definition) -> bool:
    return any(isinstance(d, Name) and d.id == "staticmethod" for d in definition.decorators)


def calls_in(expr: Expr) -> Iterator[Call]:
    """Every call inside an expression."""
    return (found for found in walk(expr) if isinstance(found, Call))
