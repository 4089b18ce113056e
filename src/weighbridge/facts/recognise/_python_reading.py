"""One Python file read for its use of libraries: where its values come from, as far as the file itself tells.

An *origin* is a dotted name with `()` behind what is called: after `s = requests.Session()`, `s.get` has the origin
`requests.Session().get`. Followed are imports, what names and `self`'s attributes are bound to, contexts that are
entered, and the annotations of parameters. This is no resolution, which needs the tree.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.facts.model import (
    Attribute,
    Call,
    Collection,
    Definition,
    Either,
    Expr,
    FileFacts,
    Item,
    Name,
    Step,
    Text,
)
from weighbridge.facts.names import imported_names, last_name

_BRANCHES: Final = frozenset({Attribute, Call, Collection, Either, Item, Text})
"""The kinds of expression that hold others."""

_NAMED: Final = frozenset({Name, Attribute})

_OWN_OBJECT: Final = frozenset({"self", "cls"})

_HIDES: Final = frozenset({"function", "class"})
_BINDS: Final = frozenset({"bind", "enter"})

FURTHEST: Final = 20
"""So many names deep an origin or constant is followed; hostile code can be deeper."""


class Site(Struct, frozen=True):
    """A call where it stands: in the definition `scope`, called under the name `origin`."""

    call: Call
    scope: int
    origin: str

    @property
    def line(self) -> int:
        """The line of the called name."""
        return self.call.line

    @property
    def method(self) -> str:
        """The last name that is called."""
        return self.origin.rpartition(".")[2]


class Reading(Struct):
    """What names stand for in one file, by scope."""

    facts: FileFacts
    imported: Mapping[str, str] = field(default_factory=dict)
    origins: dict[tuple[int, str], str] = field(default_factory=dict)
    """What a name, or `self.name` of a class, was bound to, where that leads out of the file; empty when it does not."""
    values: dict[tuple[int, str], Expr] = field(default_factory=dict)
    """What a name, or `self.name` of a class, was first bound to."""
    sites: list[Site] = field(default_factory=list)

    def origin(self, expr: Expr, scope: int) -> str:
        """The origin of an expression; empty when it is the file's own or unknown."""
        if type(expr) is Name:
            return self._name_origin(expr.id, scope)
        if type(expr) is Attribute:
            if type(expr.of) is Name and expr.of.id in _OWN_OBJECT:
                return self.origins.get((self.class_of(scope), "self." + expr.name), "")
            root = self.origin(expr.of, scope)
            return f"{root}.{expr.name}" if root else ""
        if type(expr) is Call:
            root = self.origin(expr.function, scope)
            return f"{root}()" if root else ""
        if type(expr) is Either:
            return next(filter(None, (self.origin(option, scope) for option in expr.options)), "")
        return ""

    def value(self, expr: Expr, scope: int) -> Expr:
        """What a name was bound to in this file, followed through names; any other expression is itself."""
        for _ in range(FURTHEST):
            match expr:
                case Name(id=name):
                    found = next((self.values[s, name] for s in self.scopes(scope) if (s, name) in self.values), None)
                case Attribute(of=Name(id="self" | "cls"), name=name):
                    found = self.values.get((self.class_of(scope), "self." + name))
                case _:
                    return expr
            if found is None:
                return expr
            expr = found
        return expr

    def text(self, expr: Expr | None, scope: int) -> str | None:
        """The text an expression is known to be, `{}` for what is not known of it; None when it is no text."""
        if expr is None:
            return None
        match self.value(expr, scope):
            case Text(value=value, parts=parts):
                for part in parts:
                    known = self.value(part, scope)
                    inner = known.value if type(known) is Text and not known.parts else "{\0}"
                    value = value.replace("{}", inner, 1)
                return value.replace("{\0}", "{}")
            case Call(function=Attribute(of=Text(value=value), name="format")):
                return value
            case _:
                return None

    def scopes(self, scope: int) -> Iterator[int]:
        """The scopes a name is looked up in, innermost first."""
        innermost = scope
        while scope >= 0:
            definition = self.facts.definitions[scope]
            if definition.kind != "class" or scope == innermost:
                yield scope
            scope = definition.parent

    def class_of(self, scope: int) -> int:
        """The nearest class around a scope; -1 when there is none."""
        while scope >= 0 and self.facts.definitions[scope].kind != "class":
            scope = self.facts.definitions[scope].parent
        return scope

    def _name_origin(self, name: str, scope: int) -> str:
        innermost = scope
        definitions = self.facts.definitions
        while scope >= 0:
            found = self.origins.get((scope, name))
            if found is not None and (scope == innermost or definitions[scope].kind != "class"):
                return found
            scope = definitions[scope].parent
        return self.imported.get(name, "")


def read(facts: FileFacts, *, telling: frozenset[str] | None = None) -> Reading:
    """Read one file: bindings first, then every call.

    Of calls without an origin, only those of a last name in `telling` are kept, or all when it is None.
    """
    reading = Reading(facts, imported_names(facts))
    for index, definition in enumerate(facts.definitions):
        _add_definition(reading, index, definition=definition)
    for step in facts.steps:
        if step.target is not None and step.kind in _BINDS:
            _add_binding(reading, step)
    for scope, expr in _evaluated(facts):
        for call in calls_in(expr):
            origin = reading.origin(call.function, scope)
            if origin or telling is None or last_name(call.function) in telling:
                reading.sites.append(Site(call, scope, origin))
    return reading


def argument(call: Call, *names: str, position: int = -1) -> Expr | None:
    """The argument of one of these names, else the one at this position."""
    for given in call.arguments:
        if given.name in names:
            return given.value
    positional = positionals(call)
    return positional[position] if 0 <= position < len(positional) else None


def positionals(call: Call) -> list[Expr]:
    """The positional arguments up to the first spread."""
    found: list[Expr] = []
    for given in call.arguments:
        if given.name == "*":
            break
        if not given.name:
            found.append(given.value)
    return found


def texts(expr: Expr | None) -> list[str]:
    """The texts of a literal list, or of a single literal."""
    match expr:
        case Text(value=value, parts=()):
            return [value]
        case Collection(elements=elements):
            return [e.value.value for e in elements if type(e.value) is Text and not e.value.parts]
    return []


def calls_in(expr: Expr) -> list[Call]:
    """Every call in an expression, outer before inner."""
    found: list[Call] = []
    waiting: list[Expr] = [expr]
    while waiting:
        current = waiting.pop()
        while type(current) is Attribute:
            current = current.of
        if type(current) is Call:
            found.append(current)
            if current.arguments:
                waiting += [given.value for given in reversed(current.arguments) if type(given.value) in _BRANCHES]
            if type(current.function) in _BRANCHES:
                waiting.append(current.function)
        elif type(current) is Collection:
            waiting += [each.value for each in reversed(current.elements) if type(each.value) in _BRANCHES]
        elif type(current) is Either:
            waiting += reversed(current.options)
        elif type(current) is Text:
            waiting += reversed(current.parts)
        elif type(current) is Item:
            waiting += (current.key, current.of)
    return found


def _add_definition(reading: Reading, index: int, *, definition: Definition) -> None:
    """A definition's own name, and its parameters, hide what is imported under the same name."""
    if index and definition.kind in _HIDES:
        reading.origins.setdefault((definition.parent, definition.name), "")
    for parameter in definition.parameters:
        annotated = parameter.annotation
        origin = reading.origin(annotated, definition.parent) if annotated is not None else ""
        reading.origins[index, parameter.name] = origin + "()" if origin else ""


def _add_binding(reading: Reading, step: Step) -> None:
    target = step.target
    if type(target) is Name:
        key = (step.scope, target.id)
    elif type(target) is Attribute and type(target.of) is Name and target.of.id in _OWN_OBJECT:
        key = (reading.class_of(step.scope), "self." + target.name)
    else:
        return
    origin = reading.origin(step.value, step.scope)
    if not origin and step.annotation is not None and type(step.annotation) in _NAMED:
        stated = reading.origin(step.annotation, step.scope)
        origin = f"{stated}()" if stated else ""
    if origin or key not in reading.origins:
        reading.origins[key] = origin
    reading.values.setdefault(key, step.value)


def _evaluated(facts: FileFacts) -> list[tuple[int, Expr]]:
    """What is evaluated where: the values and targets of steps, and decorators in the scope around them."""
    found = [(step.scope, step.value) for step in facts.steps if type(step.value) in _BRANCHES]
    found += [(s.scope, s.target) for s in facts.steps if s.target is not None and type(s.target) in _BRANCHES]
    found += [(each.parent, decorator) for each in facts.definitions for decorator in each.decorators]
    return found
