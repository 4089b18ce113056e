"""Where the values of one file come from, followed through its own variables, parameters, fields and imports.

An origin is a dotted name: `r := gin.Default()` makes `r.GET` the origin `github.com/gin-gonic/gin.Default.GET`, a
parameter `db *sql.DB` makes `db.Query` the origin `database/sql.DB.Query`. Calls leave no trace in it. This is no
resolution, which needs the tree: only as much as recognising a library's use needs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

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
    Step,
    Text,
)
from weighbridge.facts.names import imported_names

_FURTHEST: Final = 30
_ROW: Final = Name("[]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
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
        if step.target is not None and not isinstance(step.target, Name):
            waiting.append(step.target)
        while waiting:
            match waiting.pop():
                case Call() as call:
                    yield Called(call=call, scope=step.scope)
                    waiting.extend(argument.value for argument in reversed(call.arguments))
                    waiting.append(call.function)
                case Attribute(of=of):
                    waiting.append(of)
                case Item(of=of, key=key):
                    waiting.extend((key, of))
                case Collection(elements=elements):
                    waiting.extend(element.value for element in reversed(elements))
                case Either(options=options) | Text(parts=options):
                    waiting.extend(reversed(options))
                case _:
                    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bound:
    """What a name was first given: a value, or the elements of one, and the type that is written beside it."""

    value: Expr | None
    annotation: Expr | None
    is_element: bool = False


class Origins:
    """The origins of one file's values."""

    def __init__(self, facts: FileFacts) -> None:
        self.facts = facts
        self.imported = imported_names(facts)
        self._bound: dict[tuple[int, str], _Bound] = {}
        self._assigned: set[tuple[int, str]] = set()
        self._classes = {each.name: index for index, each in enumerate(facts.definitions) if each.kind == "class"}
        for index, definition in enumerate(facts.definitions):
            for parameter in definition.parameters:
                self._bound.setdefault((index, parameter.name), _Bound(value=None, annotation=parameter.annotation))
        for step in facts.steps:
            self._take(step)

    def _take(self, step: Step) -> None:
        if step.kind not in ("bind", "iterate") or not isinstance(step.target, Name):
            return
        key = step.scope, step.target.id
        if key in self._bound:
            self._assigned.add(key)
            return
        self._bound[key] = _Bound(value=step.value, annotation=step.annotation, is_element=step.kind == "iterate")

    def bound(self, name: str, scope: int) -> tuple[int, Expr | None] | None:
        """(scope, value) of the variable `name` seen from `scope`; the value is None for a parameter."""
        while scope >= 0:
            found = self._bound.get((scope, name))
            if found is not None:
                return scope, found.value
            scope = self.facts.definitions[scope].parent if scope else -1
        return None

    def of(self, expr: Expr | None, scope: int) -> str:
        """The origin of `expr` seen from `scope`; empty when no name leads to it. `[]` in front marks a row of such."""
        return self._of(expr, scope, 0)

    def _of(self, expr: Expr | None, scope: int, far: int) -> str:
        if far > _FURTHEST:
            return ""
        match expr:
            case Name(id=name):
                return self._of_name(name, scope, far)
            case Attribute(of=of, name=name):
                return self._of_member(of, name, scope, far)
            case Call(function=inner) | Either(options=(inner,)):
                return self._of(inner, scope, far + 1)
        return self._of_row(expr, scope, far)

    def _of_row(self, expr: Expr | None, scope: int, far: int) -> str:
        """The origin of a row, an element of one, or a class written in place, which is like its base."""
        inner: Expr | None = None
        mark = ""
        match expr:
            case Item(of=of, key=key) if of == _ROW:
                mark, inner = "[]", key
            case Item(of=of):
                return self._of(of, scope, far + 1).removeprefix("[]")
            case Collection(elements=elements) if elements:
                mark, inner = "[]", elements[0].value
            case Function(definition=index):
                inner = next(iter(self.facts.definitions[index].bases), None)
        origin = self._of(inner, scope, far + 1) if inner is not None else ""
        return mark + origin if origin else ""

    def _of_name(self, name: str, scope: int, far: int) -> str:
        at = scope
        while at >= 0:
            found = self._bound.get((at, name))
            if found is not None:
                origin = self._of_bound(found, at, far, name)
                return origin or (name if at == 0 else "")
            at = self.facts.definitions[at].parent if at else -1
        if name == "this":
            return self._class_around(scope)
        return self.imported.get(name, name)

    def _of_bound(self, found: _Bound, scope: int, far: int, name: str) -> str:
        if found.annotation is not None:
            return self._of_type(found.annotation, scope, far + 1)
        if found.value is None or found.value == Name(name):
            return ""
        origin = self._of(found.value, scope, far + 1)
        return origin.removeprefix("[]") if found.is_element else origin

    def _of_type(self, annotation: Expr, scope: int, far: int) -> str:
        """A type's own name: type names are not looked up among variables."""
        match annotation:
            case Name(id=name):
                return self.imported.get(name, name)
            case Item(of=of) if of == _ROW and far < _FURTHEST:
                return f"[]{self._of_type(annotation.key, scope, far + 1)}"
            case Item(of=of) if far < _FURTHEST:
                return self._of_type(of, scope, far + 1)
        return self._of(annotation, scope, far + 1)

    def _of_member(self, of: Expr, name: str, scope: int, far: int) -> str:
        origin = self._of(of, scope, far + 1)
        owner = self._classes.get(origin)
        field = self._bound.get((owner, name)) if owner is not None else None
        if field is not None and owner is not None:
            return self._of_bound(field, owner, far, name) or f"{origin}.{name}"
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
                return self._filled(value, parts, scope)
            case Name(id=name):
                found = self.bound(name, scope)
                if found is not None and isinstance(found[1], Text) and (found[0], name) not in self._assigned:
                    return self._filled(found[1].value, found[1].parts, found[0])
            case Attribute(of=Name(id=owner), name=name) if owner == "this" or owner in self._classes:
                index = self._classes.get(self._class_around(scope) if owner == "this" else owner)
                held = self._bound.get((index, name)) if index is not None else None
                if held is not None and isinstance(held.value, Text) and (index, name) not in self._assigned:
                    return held.value.value
        return None

    def _filled(self, value: str, parts: tuple[Expr, ...], scope: int) -> str:
        """A template with the holes filled in whose constant strings are known."""
        if not parts or value.count("{}") != len(parts):
            return value
        words = value.split("{}")
        for index, part in enumerate(parts):
            known = self.text(part, scope) if isinstance(part, Name) else None
            words[index] += known if known is not None and "{}" not in known else "{}"
        return "".join(words)


def argument(call: Call, index: int) -> Expr | None:
    """The positional argument at `index`."""
    given = [each.value for each in call.arguments if not each.name]
    return given[index] if index < len(given) else None


def named_argument(arguments: tuple[Argument, ...], name: str) -> Expr | None:
    """The argument of this name."""
    return next((each.value for each in arguments if each.name == name), None)
