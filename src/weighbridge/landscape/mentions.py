"""Where a file uses a name, and how."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.impact import EdgeKind
from weighbridge.facts.expressions import subexpressions, walk
from weighbridge.facts.mentions import named_by
from weighbridge.facts.model import WHOLE, Attribute, Call, Definition, Expr, FileFacts, Item, Name, Step, Text
from weighbridge.facts.names import last_name
from weighbridge.facts.special_methods import SPOKEN, called_by, called_in, called_names
from weighbridge.landscape.dependencies import (
    annotated,
    called_for,
    is_dependency,
    made_by_type,
    run_in_head,
    types_in,
)
from weighbridge.landscape.file_names import CLASS_KINDS

_CHANGING: Final = frozenset({"update", "setdefault", "append", "extend", "insert", "add", "register"})
"""Methods that put something into what they are called on."""


_TYPES: Final = {"isinstance": slice(1, None), "issubclass": slice(1, None), "cast": slice(1)}
"""Which arguments of a function name types and make nothing of them."""


class Mention(Struct, frozen=True):
    """A name where it stands: `expr` is a `Name` or an `Attribute`, `kind` how it is used.

    `source` is the definition that uses it, `scope` where it is looked up: the head of a definition is looked up outside it.
    """

    source: int
    scope: int
    line: int
    expr: Name | Attribute
    kind: EdgeKind
    binds: str = ""
    """The name that the statement binds, or whose value it changes, at the top level of a module or class, if it does."""
    is_given: bool = False
    """Whether a member is only given a value here: what it was before is not noticed."""
    beside: int = 1
    """Of a name that a text spells, how many texts of the expression spell one: who goes through them picks one."""


class Uses:
    """What expressions use: each looked at once, however many names are asked for, and known by its identity.

    It may live no longer than the facts do.
    """

    def __init__(self) -> None:
        self._named: dict[int, _Named] = {}
        self._special: dict[int, list[Attribute]] = {}
        self._heads: dict[int, _Head] = {}

    def named(self, outer: Expr) -> "_Named":
        """The names and members in an expression, by their last name, and how they are used."""
        found = self._named.get(id(outer))
        if found is None:
            found = self._named[id(outer)] = _named_in(outer)
        return found

    def head(self, definition: Definition) -> "_Head":
        """What is run where a definition stands, by each name that it uses and, by the empty name, all of it."""
        found = self._heads.get(id(definition))
        if found is None:
            found = self._heads[id(definition)] = {"": list(_run_in_head(definition))}
            for outer, kind in found[""]:
                for name in self.named(outer).by_name:
                    found.setdefault(name, []).append((outer, kind))
        return found

    def special(self, outer: Expr) -> list[Attribute]:
        """The special methods that evaluating an expression calls (see `facts.special_methods`)."""
        found = self._special.get(id(outer))
        if found is None:
            parts = (each for each in walk(outer) if called_names(each))
            found = self._special[id(outer)] = [called for each in parts for called in called_by(each)]
        return found


class _Named(Struct, frozen=True):
    """`how` says, by identity, where a name is used in another way than as what it stands in."""

    by_name: dict[str, list[Name | Attribute]]
    how: dict[int, EdgeKind]
    spelled: int = 0
    """How many texts spell a name."""


def mentions_in_unit(facts: FileFacts, unit: int, *, name: str, uses: Uses) -> Iterator[Mention]:
    """The mentions of `name` in one unit (see `facts.mentions`); of annotations, which are not run, what `Annotated` is given."""
    is_special = name in SPOKEN and facts.language == "python"
    if unit < 0:
        index = -1 - unit
        definition = facts.definitions[index]
        at = _Spot(source=index, scope=max(definition.parent, 0), line=definition.line, is_special=is_special)
        for run, kind in uses.head(definition).get("" if is_special else name, ()):
            yield from _in_expression(at, run, kind=kind, name=name, uses=uses)
        return
    step = facts.steps[unit]
    is_outer = facts.definitions[step.scope].kind in ("module", *CLASS_KINDS)
    binds = _bound_by(step) if is_outer else ""
    at = _Spot(source=step.scope, scope=step.scope, line=step.line, binds=binds, is_special=is_special)
    markers = annotated(step.annotation)[1:] if step.annotation is not None else ()
    for run in (step.value, *markers):
        yield from _in_expression(at, run, kind=EdgeKind.REFERS, name=name, uses=uses)
    if step.target is not None and not isinstance(step.target, Name):
        for mention in _in_expression(at, step.target, kind=EdgeKind.REFERS, name=name, uses=uses):
            yield replace(mention, is_given=mention.expr is step.target)
    for called in called_in(step) if is_special else ():
        if called.name == name:
            yield Mention(at.source, at.scope, at.line, called, EdgeKind.CALLS, at.binds)


_Head = dict[str, list[tuple[Expr, EdgeKind]]]


def _run_in_head(definition: Definition) -> Iterator[tuple[Expr, EdgeKind]]:
    yield from ((base, EdgeKind.INHERITS) for base in definition.bases)
    yield from ((decorator, EdgeKind.CALLS) for decorator in definition.decorators)
    for parameter in definition.parameters:
        yield from run_in_head(parameter)


def asked_in_unit(facts: FileFacts, unit: int, *, name: str) -> Iterator[Mention]:
    """The parameters of one unit whose type is stated by `name`: what it says to call, the function has called for it."""
    index = -1 - unit
    definition = facts.definitions[index] if unit < 0 else None
    for parameter in definition.parameters if definition else ():
        for stated in types_in(parameter.annotation) if parameter.annotation is not None else ():
            if definition and isinstance(stated, Name | Attribute) and last_name(stated) == name:
                scope = max(definition.parent, 0)
                yield Mention(index, scope, definition.line, stated, EdgeKind.CALLS)


def _bound_by(step: Step) -> str:
    """The name that a statement gives a value to, or whose value it changes: `TABLE = {}`, `TABLE["a"] = b`, `TABLE.update(c)`."""
    match (step.target, step.value):
        case (Attribute(of=Name(id="module"), name="exports"), _):
            return WHOLE
        case (Name(id=name) | Item(of=Name(id=name)) | Attribute(of=Name(id=name)), _):
            return name
        case (None, Call(function=Attribute(of=Name(id=name), name=method))) if method in _CHANGING:
            return name
        case _:
            return ""


class _Spot(Struct, frozen=True, kw_only=True):
    """Where an expression stands."""

    source: int
    scope: int
    line: int
    binds: str = ""
    is_special: bool = False
    """Whether the name that is looked for is one that operators call too."""


def _in_expression(at: _Spot, outer: Expr, *, kind: EdgeKind, name: str, uses: Uses) -> Iterator[Mention]:
    named = uses.named(outer)
    for expr in named.by_name.get(name, ()):
        how = named.how.get(id(expr), kind) if kind is EdgeKind.REFERS else kind
        beside = named.spelled if is_spelled(expr) else 1
        yield Mention(at.source, at.scope, at.line, expr, how, at.binds, beside=beside)
    for called in uses.special(outer) if at.is_special else ():
        if called.name == name:
            how = EdgeKind.CALLS if kind is EdgeKind.REFERS else kind
            yield Mention(at.source, at.scope, at.line, called, how, at.binds)


def _named_in(outer: Expr) -> _Named:
    """In the order of `walk`, which is written out: it is done for every expression of every file that is asked."""
    by_name: dict[str, list[Name | Attribute]] = {}
    how: dict[int, EdgeKind] = {}
    spelled = 0
    waiting = [outer]
    while waiting:
        expr = waiting.pop()
        while type(expr) is Attribute:
            by_name.setdefault(expr.name, []).append(expr)
            expr = expr.of
        if type(expr) is Name:
            by_name.setdefault(expr.id, []).append(expr)
            continue
        if type(expr) is Call:
            how[id(expr.function)] = EdgeKind.CALLS
            for argument in expr.arguments[_TYPES.get(last_name(expr.function), slice(0))] if expr.arguments else ():
                how.update((id(tested), EdgeKind.TESTS) for tested in walk(argument.value))
            if (called := called_for(expr)) is not None:
                how[id(called)] = EdgeKind.CALLS
        elif type(expr) is Item and is_dependency(expr):
            stated, *markers = annotated(expr)
            is_made = any(made_by_type(marker) for marker in markers)
            how.update((id(part), EdgeKind.CALLS if is_made else EdgeKind.TESTS) for part in walk(stated))
        used = named_by(expr) if type(expr) is Text or type(expr) is Call else None
        if type(used) is Attribute:
            by_name.setdefault(used.name, []).append(used)
            spelled += type(expr) is Text
        waiting.extend(subexpressions(expr)[::-1])
    return _Named(by_name, how, spelled)


def is_spelled(expr: Name | Attribute) -> bool:
    """Whether a mention stands in a text: whoever reads the text may import what it spells."""
    return isinstance(expr, Attribute) and isinstance(expr.of, Text)
