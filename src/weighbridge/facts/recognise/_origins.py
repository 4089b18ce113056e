"""Where the values of one file come from, followed through its own variables, parameters, fields and imports.

An origin is a dotted name: `r := gin.Default()` makes `r.GET` the origin `github.com/gin-gonic/gin.Default.GET`, a
parameter `db *sql.DB` makes `db.Query` the origin `database/sql.DB.Query`. Calls leave no trace in it. This is no
resolution, which needs the tree: only as much as recognising a library's use needs.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.facts.model import (
    Argument,
    Attribute,
    Call,
    Collection,
    Either,
    Expr,
    FileFacts,
    Function,
    Item,
    Name,
    Number,
    Opaque,
    Parameter,
    Regex,
    Step,
    Text,
)
from weighbridge.facts.names import imported_names

_FURTHEST: Final = 30
_ROW: Final = Name("[]")
_LEAVES: Final = frozenset({Name, Number, Opaque, Function, Regex})


class Called(Struct, frozen=True, kw_only=True, gc=False):
    """One call in a file with the definition it stands in."""

    call: Call
    scope: int

    @property
    def line(self) -> int:
        """Where the call begins."""
        return self.call.line


def calls(facts: FileFacts) -> Iterator[Called]:
    """Every call in the steps of a file, outer before inner, each once."""
    for step in facts.steps:
        waiting: list[Expr] = [step.value]
        if step.target is not None:
            waiting.append(step.target)
        while waiting:
            expr = waiting.pop()
            kind = type(expr)
            if kind in _LEAVES:
                continue
            if type(expr) is Call:
                yield Called(call=expr, scope=step.scope)
                waiting += [each.value for each in expr.arguments[::-1] if type(each.value) not in _LEAVES]
                waiting.append(expr.function)
            elif type(expr) is Attribute:
                waiting.append(expr.of)
            else:
                waiting += _inside(expr)


def _inside(expr: Expr) -> list[Expr]:
    """What a value other than a call or member is made of, last first."""
    match expr:
        case Item(of=of, key=key):
            return [key, of]
        case Collection(elements=elements):
            return [element.value for element in elements[::-1]]
        case Either(options=options) | Text(parts=options):
            return [*options[::-1]]
    return []


_Bound = Step | Parameter
"""What first gave a name its value."""


class Origins:
    """The origins of one file's values; variables are looked for when first asked."""

    def __init__(self, facts: FileFacts) -> None:
        self.facts = facts
        self.imported = imported_names(facts)

    @cached_property
    def _classes(self) -> dict[str, int]:
        return {each.name: index for index, each in enumerate(self.facts.definitions) if each.kind == "class"}

    @cached_property
    def _variables(self) -> tuple[dict[tuple[int, str], _Bound], set[tuple[int, str]]]:
        """(what each variable of a scope was first given, those that were given more than one value)."""
        bound: dict[tuple[int, str], _Bound] = {}
        assigned: set[tuple[int, str]] = set()
        for index, definition in enumerate(self.facts.definitions):
            for parameter in definition.parameters:
                bound.setdefault((index, parameter.name), parameter)
        for step in self.facts.steps:
            target = step.target
            if type(target) is not Name or step.kind not in ("bind", "iterate"):
                continue
            key = step.scope, target.id
            if bound.setdefault(key, step) is not step:
                assigned.add(key)
        for owner, name, step in self._own_fields():
            bound.setdefault((owner, name), step)
        return bound, assigned

    def _own_fields(self) -> Iterator[tuple[int, str, Step]]:
        """(class, field, step) for every `this.field = …` inside a class."""
        for step in self.facts.steps:
            match step:
                case Step(kind="bind", target=Attribute(of=Name(id="this"), name=name)):
                    owner = self._classes.get(self._class_around(step.scope))
                    if owner is not None:
                        yield owner, name, step

    def _bound(self, scope: int, name: str) -> _Bound | None:
        return self._variables[0].get((scope, name))

    def bound(self, name: str, scope: int) -> tuple[int, Expr | None] | None:
        """(scope, value) of the variable `name` seen from `scope`; the value is None for a parameter."""
        while scope >= 0:
            found = self._bound(scope, name)
            if found is not None:
                return scope, _value(found)
            scope = self.facts.definitions[scope].parent if scope else -1
        return None

    def of(self, expr: Expr | None, scope: int) -> str:
        """The origin of `expr` seen from `scope`; empty when no name leads to it. `[]` in front marks a row of such."""
        return self._of(expr, scope, far=0)

    def _of(self, expr: Expr | None, scope: int, *, far: int) -> str:
        if far > _FURTHEST:
            return ""
        if type(expr) is Name:
            return self._of_name(expr.id, scope, far=far)
        if type(expr) is Attribute:
            return self._of_member(expr.of, expr.name, scope=scope, far=far)
        if type(expr) is Call:
            return self._of(expr.function, scope, far=far + 1)
        if type(expr) is Either and len(expr.options) == 1:
            return self._of(expr.options[0], scope, far=far + 1)
        return self._of_row(expr, scope, far=far)

    def _of_row(self, expr: Expr | None, scope: int, *, far: int) -> str:
        """The origin of a row, an element of one, or a class written in place, which is like its base."""
        inner: Expr | None = None
        mark = ""
        match expr:
            case Item(of=of, key=key) if of == _ROW:
                mark, inner = "[]", key
            case Item(of=of):
                return self._of(of, scope, far=far + 1).removeprefix("[]")
            case Collection(elements=elements) if elements:
                mark, inner = "[]", elements[0].value
            case Function(definition=index):
                inner = next(iter(self.facts.definitions[index].bases), None)
        origin = self._of(inner, scope, far=far + 1) if inner is not None else ""
        return mark + origin if origin else ""

    def _of_name(self, name: str, scope: int, *, far: int) -> str:
        at = scope
        while at >= 0:
            found = self._bound(at, name)
            if found is not None:
                origin = self._of_bound(found, at, far=far, name=name)
                return origin or (name if at == 0 else "")
            at = self.facts.definitions[at].parent if at else -1
        if name == "this":
            return self._class_around(scope)
        return self.imported.get(name, name)

    def _of_bound(self, found: _Bound, scope: int, *, far: int, name: str) -> str:
        if found.annotation is not None:
            return self._of_type(found.annotation, scope, far=far + 1)
        if isinstance(found, Parameter) or found.value == Name(name):
            return ""
        origin = self._of(found.value, scope, far=far + 1)
        return origin.removeprefix("[]") if found.kind == "iterate" else origin

    def _of_type(self, annotation: Expr, scope: int, *, far: int) -> str:
        """A type's own name: type names are not looked up among variables."""
        match annotation:
            case Name(id=name):
                return self.imported.get(name, name)
            case Item(of=of) if of == _ROW and far < _FURTHEST:
                return f"[]{self._of_type(annotation.key, scope, far=far + 1)}"
            case Item(of=of) if far < _FURTHEST:
                return self._of_type(of, scope, far=far + 1)
        return self._of(annotation, scope, far=far + 1)

    def _of_member(self, of: Expr, name: str, *, scope: int, far: int) -> str:
        origin = self._of(of, scope, far=far + 1)
        owner = self._classes.get(origin)
        field = self._bound(owner, name) if owner is not None else None
        if field is not None and owner is not None:
            return self._of_bound(field, owner, far=far, name=name) or f"{origin}.{name}"
        return f"{origin}.{name}" if origin else ""

    def _class_around(self, scope: int) -> str:
        while scope > 0:
            definition = self.facts.definitions[scope]
            if definition.kind in ("class", "interface"):
                return definition.name
            scope = definition.parent
        return ""

    def text(self, expr: Expr | None, scope: int) -> str | None:
        """The string that `expr` is, or the constant string it names; holes are `{}`. None when it is none."""
        match expr:
            case Text(value=value, parts=parts):
                return self._filled(value, parts, scope=scope)
            case Name(id=name):
                found = self.bound(name, scope)
                if found is not None and isinstance(found[1], Text) and (found[0], name) not in self._variables[1]:
                    return self._filled(found[1].value, found[1].parts, scope=found[0])
            case Attribute(of=Name(id=owner), name=name) if owner == "this" or owner in self._classes:
                index = self._classes.get(self._class_around(scope) if owner == "this" else owner)
                held = _value(self._bound(index, name)) if index is not None else None
                if isinstance(held, Text) and (index, name) not in self._variables[1]:
                    return held.value
        return None

    def _filled(self, value: str, parts: tuple[Expr, ...], *, scope: int) -> str:
        """A template with the holes filled in whose constant strings are known."""
        if not parts or value.count("{}") != len(parts):
            return value
        words = value.split("{}")
        for index, part in enumerate(parts):
            known = self.text(part, scope) if isinstance(part, Name) else None
            words[index] += known if known is not None and "{}" not in known else "{}"
        return "".join(words)


def _value(found: _Bound | None) -> Expr | None:
    return found.value if isinstance(found, Step) else None


def argument(call: Call, index: int) -> Expr | None:
    """The positional argument at `index`."""
    given = [each.value for each in call.arguments if not each.name]
    return given[index] if index < len(given) else None


def named_argument(arguments: tuple[Argument, ...], name: str) -> Expr | None:
    """The argument of this name."""
    return next((each.value for each in arguments if each.name == name), None)
