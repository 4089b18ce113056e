"""One file's names: for each scope, what every name is bound to there, as written."""

from collections.abc import Collection, Iterator, Mapping, Sequence
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
    Item,
    Name,
    Parameter,
    Step,
)
from weighbridge.landscape.expected_types import ExpectedTypes


class BoundParameter(Struct, frozen=True):
    """A name that is a parameter of the definition it stands in."""

    definition: int
    position: int
    parameter: Parameter


Binding = int | Import | Step | BoundParameter
"""A nested definition's index, an import, a step that binds, or a parameter."""

Bindings = Mapping[str, Sequence[Binding]]

_BINDING = frozenset(("bind", "iterate", "enter"))
_GIVING = frozenset(("return", "yield"))

SCRIPTS = ("javascript", "typescript", "tsx")

CLASS_KINDS = ("class", "interface", "type")
FUNCTION_KINDS = ("function", "method", "lambda")
_ATTACHING = ("variable", "function")


class FileNames(Struct, frozen=True, dict=True):
    """The bindings of one file, told apart scope by scope when one is asked for: most of a file's never are."""

    facts: FileFacts

    def bound_in(self, scope: int) -> Bindings:
        """What each name that a scope binds is bound to."""
        found = self._bound.get(scope)
        if found is None:
            found = self._bound[scope] = self._bindings_of(scope)
        return found

    @cached_property
    def members(self) -> Mapping[int, Mapping[str, Sequence[Step]]]:
        """What methods assign to the object they belong to (`self.x = …`), by class."""
        found: dict[int, dict[str, list[Step]]] = {}
        objects: dict[int, Mapping[str, int]] = {}
        for receiver, name, step in self._sorted.assigned:
            if step.scope not in objects:
                objects[step.scope] = self._objects_in(step.scope)
            owner = objects[step.scope].get(receiver)
            if owner is not None:
                found.setdefault(owner, {}).setdefault(name, []).append(step)
        return found

    @cached_property
    def attached(self) -> Mapping[int, Mapping[str, Sequence[int]]]:
        """The members of what is no class: of JavaScript's objects and constructor functions, by what they are members of."""
        found: dict[int, dict[str, list[int]]] = {}
        definitions = self.facts.definitions
        for index, definition in enumerate(definitions if self.facts.language in SCRIPTS else ()):
            if definition.kind == "method" and definitions[definition.parent].kind in _ATTACHING:
                found.setdefault(definition.parent, {}).setdefault(definition.name, []).append(index)
        for owner, names in self._aliases(found).items():
            found[owner] = {**{alias: found[owner][name] for alias, name in names.items()}, **found[owner]}
        return found

    @cached_property
    def aliases(self) -> Mapping[tuple[int, str], Sequence[str]]:
        """The further names that a member of an object goes by: `req.get = req.header = function …`."""
        found: dict[tuple[int, str], list[str]] = {}
        for owner, names in self._aliases(self.attached).items():
            for alias, name in names.items():
                found.setdefault((owner, name), []).append(alias)
        return found

    def _aliases(self, attached: Mapping[int, Mapping[str, Sequence[int]]]) -> Mapping[int, Mapping[str, str]]:
        """Each further name of a member with the one it is defined by, by the object."""
        owners = {self.facts.definitions[owner].name: owner for owner in attached}
        found: dict[int, dict[str, str]] = {}
        for step in self.facts.steps if owners else ():
            match step.target, step.value:
                case Attribute(of=into, name=alias), Attribute(of=of, name=name) if step.kind == "bind" and into == of:
                    owner = owners.get(_object_of(of))
                    is_one = owner is not None and name in attached[owner] and alias != name
                    if is_one and owner is not None and not self._is_defined(owner, alias):
                        found.setdefault(owner, {})[alias] = name
        return found

    def _is_defined(self, owner: int, name: str) -> bool:
        return (owner, name) in self.defined

    def held(self, owner: int) -> Bindings:
        """The members of a class or object, without what is assigned to them in methods."""
        if self.facts.language in SCRIPTS and self.facts.definitions[owner].kind in _ATTACHING:
            return self.attached.get(owner, {})
        return self.bound_in(owner)

    def has_members(self, owner: int) -> bool:
        """Whether a definition is a class, or an object or function that members are attached to."""
        return self.facts.definitions[owner].kind in CLASS_KINDS or owner in self.attached

    def is_member(self, owner: int, name: str) -> bool:
        """Whether what stands in a definition under a name is a member of it: all in a class, in a function few."""
        return self.facts.definitions[owner].kind in CLASS_KINDS or name in self.attached.get(owner, ())

    @cached_property
    def stars(self) -> Sequence[Import]:
        """The imports of everything that a module offers."""
        return [imported for imported in self.facts.imports if imported.name == "*" and not imported.alias]

    @property
    def results(self) -> Mapping[int, Sequence[Step]]:
        """The steps by which functions give something back."""
        return self._sorted.results

    @cached_property
    def defined(self) -> Mapping[tuple[int, str], Sequence[int]]:
        """The definitions that stand in a scope under a name."""
        found: dict[tuple[int, str], list[int]] = {}
        for index, definition in enumerate(self.facts.definitions):
            found.setdefault((definition.parent, definition.name), []).append(index)
        return found

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

    def named_ancestor(self, scope: int) -> int:
        """The nearest definition at or around a scope that others can name: not a lambda, not inside a function."""
        definitions = self.facts.definitions
        best = current = scope
        while current > 0:
            if definitions[current].kind in FUNCTION_KINDS:
                best = current
            outer = definitions[current].parent
            if definitions[current].name in self.attached.get(outer, ()):
                break  # a member that others name, though its object is a function
            current = outer
        return best

    def own_scopes(self, function: int) -> frozenset[int]:
        """The definitions whose statements are a function's own: itself, and what nobody else can name."""
        return frozenset((function, *self._named_by.get(function, ())))

    @cached_property
    def _named_by(self) -> Mapping[int, Sequence[int]]:
        """Each definition that others can name, with those that only it makes known."""
        found: dict[int, list[int]] = {}
        for index in range(len(self.facts.definitions)):
            found.setdefault(self.named_ancestor(index), []).append(index)
        return found

    def steps_in(self, scopes: Collection[int]) -> list[Step]:
        """The steps of some scopes, in the order in which they are written."""
        found = [place for scope in scopes for place in self._places.get(scope, ())]
        return [self.facts.steps[place] for place in sorted(found)]

    @cached_property
    def _places(self) -> Mapping[int, Sequence[int]]:
        """Where the steps of each scope are among all."""
        found: dict[int, list[int]] = {}
        for place, step in enumerate(self.facts.steps):
            found.setdefault(step.scope, []).append(place)
        return found

    def enclosing_class(self, scope: int) -> int | None:
        """The nearest class around a scope, if any."""
        return next((s for s in self.enclosing(scope) if self.facts.definitions[s].kind in CLASS_KINDS), None)

    def owner_of(self, scope: int) -> int | None:
        """What the members around a scope are members of: a class, an object, a constructor function."""
        return next((s for s in self.enclosing(scope) if self.has_members(s)), None)

    def is_handed_out(self, scope: int) -> bool:
        """Whether a scope is in a function that is written as a member of a CommonJS module: `exports.load = function …`."""
        names = (self.facts.definitions[each].name for each in self.enclosing(scope))
        return any(name.startswith(("exports.", "module.exports.")) for name in names)

    def receiver_of(self, scope: int) -> str:
        """What the function `scope` calls the object it belongs to: its first parameter, or `this`."""
        definition = self.facts.definitions[scope]
        if self.facts.language != "python":
            return "this"
        if definition.kind != "method" or _is_static(definition) or not definition.parameters:
            return ""
        return definition.parameters[0].name

    def begins_with_itself(self, scope: int, name: str) -> bool:
        """Whether all that a name is bound to begins with that name: it is then first another's.

        As in Go's `url := url.Parse(x)`, and for its parameter `url *url.URL`.
        """
        bound = self.bound_in(scope).get(name, ())
        return bool(bound) and all(self._begin_of(b) == name for b in bound)

    def _begin_of(self, binding: Binding) -> str:
        """The name that a stated type or else a value begins with; of one taken apart, that of the whole."""
        stated = binding.annotation if isinstance(binding, Step) else None
        if isinstance(binding, BoundParameter):
            stated = binding.parameter.annotation
        if stated is not None or not isinstance(binding, Step):
            return _begin(stated) if stated is not None else ""
        begin = _begin(binding.value)
        made = self.bound_in(binding.scope).get(begin, ()) if "@" in begin else ()
        return next((_begin(whole.value) for whole in made if isinstance(whole, Step)), begin)

    @cached_property
    def expected(self) -> ExpectedTypes:
        """The types stated for functions that are written as values."""
        return ExpectedTypes(self.facts)

    @cached_property
    def _bound(self) -> dict[int, Bindings]:
        return {}

    @cached_property
    def _owned(self) -> dict[int, Mapping[str, Sequence[Binding]]]:
        """What stands in each scope, as far as it was asked for."""
        return {}

    @cached_property
    def _sorted(self) -> "_Sorted":
        return _sorted(self.facts.steps)

    @cached_property
    def _imported(self) -> Mapping[int, Sequence[Import]]:
        """The imports that bind a name, by the scope they do it in."""
        found: dict[int, list[Import]] = {}
        for imported in self.facts.imports:
            if imported.alias:
                found.setdefault(imported.scope, []).append(imported)
        return found

    @cached_property
    def _children(self) -> Mapping[int, Sequence[int]]:
        """What stands in each scope and binds its name there; Go's methods are known only by what they are of."""
        found: dict[int, list[int]] = {}
        for index, definition in enumerate(self.facts.definitions):
            is_attached = definition.name in self.attached.get(definition.parent, ())
            if index and definition.kind not in ("lambda", "variable") and not definition.receiver and not is_attached:
                found.setdefault(definition.parent, []).append(index)
        return found

    def _bindings_of(self, scope: int) -> Bindings:
        """What a scope binds; what a function assigns to a `global` or `nonlocal` name is bound where that name lives."""
        elsewhere = self._sorted.outer.get(scope, ())
        found = {name: [*bound] for name, bound in self._own(scope).items() if name not in elsewhere}
        for name, inner in self._moved.get(scope, ()):
            if bound := self._own(inner).get(name):
                found.setdefault(name, []).extend(bound)
        return found

    @cached_property
    def _moved(self) -> Mapping[int, Sequence[tuple[str, int]]]:
        """By scope, the names that live there though another declares them to, with the one that does."""
        found: dict[int, list[tuple[str, int]]] = {}
        for inner, names in self._sorted.outer.items():
            for name in names:
                found.setdefault(self._home(inner, name), []).append((name, inner))
        return found

    def _own(self, scope: int) -> Mapping[str, Sequence[Binding]]:
        """What stands in a scope, whatever is said of where its names live."""
        known = self._owned.get(scope)
        if known is None:
            known = self._owned[scope] = self._standing_in(scope)
        return known

    def _standing_in(self, scope: int) -> dict[str, list[Binding]]:
        definitions = self.facts.definitions
        found: dict[str, list[Binding]] = {}
        for position, parameter in enumerate(definitions[scope].parameters if 0 <= scope < len(definitions) else ()):
            found.setdefault(parameter.name, []).append(BoundParameter(scope, position, parameter))
        for index in self._children.get(scope, ()):
            found.setdefault(definitions[index].name, []).append(index)
        for imported in self._imported.get(scope, ()):
            found.setdefault(imported.alias, []).append(imported)
        for name, step in self._sorted.bound.get(scope, ()):
            found.setdefault(name, []).append(step)
        return found

    def _home(self, scope: int, name: str) -> int:
        """Where a name lives that a scope declares to be another's: the nearest that binds it, else the file."""
        outer = self._sorted.outer
        around = (s for s in self.enclosing(scope) if s != scope and name not in outer.get(s, ()))
        return next((s for s in around if name in self._own(s)), 0)

    def _objects_in(self, scope: int) -> Mapping[str, int]:
        """What functions around a scope call the object they belong to, with its class; the innermost's word counts."""
        functions = [s for s in self.enclosing(scope) if self.facts.definitions[s].kind in FUNCTION_KINDS]
        owners = ((self.receiver_of(s), self.owner_of(s)) for s in reversed(functions))
        return {receiver: owner for receiver, owner in owners if owner is not None}


class _Sorted(Struct, frozen=True):
    """The steps of a file by what they do to names."""

    bound: dict[int, list[tuple[str, Step]]] = field(default_factory=dict)
    assigned: list[tuple[str, str, Step]] = field(default_factory=list)
    """What is assigned to an attribute: the name before the dot, the one behind it, and the step."""
    results: dict[int, list[Step]] = field(default_factory=dict)
    outer: dict[int, set[str]] = field(default_factory=dict)


def _sorted(steps: Sequence[Step]) -> _Sorted:
    found = _Sorted()
    for step in steps:
        kind = step.kind
        if kind in _BINDING:
            target = step.target
            if isinstance(target, Name):
                found.bound.setdefault(step.scope, []).append((target.id, step))
            elif isinstance(target, Attribute) and isinstance(target.of, Name):
                found.assigned.append((target.of.id, target.name, step))
        elif kind in _GIVING:
            found.results.setdefault(step.scope, []).append(step)
        elif kind == "declare-global" and isinstance(step.target, Name):
            found.outer.setdefault(step.scope, set()).add(step.target.id)
    return found


def _is_static(definition: Definition) -> bool:
    return any(isinstance(d, Name) and d.id == "staticmethod" for d in definition.decorators)


def _begin(expr: Expr) -> str:
    """The leftmost name of an expression; empty where it begins otherwise."""
    while not isinstance(expr, Name):
        match expr:
            case Item(of=Name(id="[]"), key=inner) | Item(of=inner) | Attribute(of=inner) | Call(function=inner):
                expr = inner
            case _:
                return ""
    return expr.id


def calls_in(expr: Expr) -> Iterator[Call]:
    """Every call inside an expression."""
    return (found for found in walk(expr) if isinstance(found, Call))


def _object_of(expr: Expr) -> str:
    """The name of an object as written, or of the function whose prototype it is."""
    inner = expr.of if isinstance(expr, Attribute) and expr.name == "prototype" else expr
    return inner.id if isinstance(inner, Name) else ""
