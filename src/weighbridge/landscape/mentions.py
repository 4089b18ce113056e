"""Where a file uses a name, and how."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.impact import EdgeKind
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import used_by
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Item, Name, Step, Text
from weighbridge.facts.names import last_name
from weighbridge.facts.special_methods import SPOKEN, called_in
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


Used = tuple[str, Name | Attribute]
"""A name or member that an expression uses, by its last name."""


def mentions_in_unit(facts: FileFacts, unit: int, *, name: str, known: dict[int, Sequence[Used]]) -> Iterator[Mention]:
    """The mentions of `name` in one unit (see `facts.mentions`), annotations left out: they are not run.

    `known` remembers, by the identity of expressions, what each uses: many names are asked for in one. It may live no
    longer than the facts do.
    """
    if unit < 0:
        index = -1 - unit
        definition = facts.definitions[index]
        at = _Spot(source=index, scope=max(definition.parent, 0), line=definition.line)
        for base in definition.bases:
            yield from _in_expression(at, base, kind=EdgeKind.INHERITS, name=name, known=known)
        for decorator in definition.decorators:
            yield from _in_expression(at, decorator, kind=EdgeKind.CALLS, name=name, known=known)
        for parameter in definition.parameters:
            if parameter.default is not None:
                yield from _in_expression(at, parameter.default, kind=EdgeKind.REFERS, name=name, known=known)
        return
    step = facts.steps[unit]
    is_outer = facts.definitions[step.scope].kind in ("module", *CLASS_KINDS)
    binds = _bound_by(step) if is_outer else ""
    at = _Spot(source=step.scope, scope=step.scope, line=step.line, binds=binds)
    yield from _in_expression(at, step.value, kind=EdgeKind.REFERS, name=name, known=known)
    if step.target is not None and not isinstance(step.target, Name):
        for mention in _in_expression(at, step.target, kind=EdgeKind.REFERS, name=name, known=known):
            yield replace(mention, is_given=mention.expr is step.target)
    for called in called_in(step) if facts.language == "python" else ():
        if called.name == name:
            yield Mention(at.source, at.scope, at.line, called, EdgeKind.CALLS, at.binds)


def _bound_by(step: Step) -> str:
    """The name that a statement gives a value to, or whose value it changes: `TABLE = {}`, `TABLE["a"] = b`, `TABLE.update(c)`."""
    match (step.target, step.value):
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


def _in_expression(
    at: _Spot, outer: Expr, *, kind: EdgeKind, name: str, known: dict[int, Sequence[Used]]
) -> Iterator[Mention]:
    used = known.get(id(outer))
    if used is None:
        used = known[id(outer)] = [(_last(each), each) for e in walk(outer) for each in used_by(e)]
    found = [each for last, each in used if last == name]
    uses = dict(_uses(outer)) if found and kind is EdgeKind.REFERS else {}
    for expr in found:
        is_called = name in SPOKEN and kind is EdgeKind.REFERS
        how = EdgeKind.CALLS if is_called else uses.get(id(expr), kind)
        beside = sum(is_spelled(each) for _, each in used) if is_spelled(expr) else 1
        yield Mention(at.source, at.scope, at.line, expr, how, at.binds, beside=beside)


def _uses(outer: Expr) -> Iterator[tuple[int, EdgeKind]]:
    """How names inside an expression are used where that is more than being referred to."""
    for call in walk(outer):
        if isinstance(call, Call):
            yield id(call.function), EdgeKind.CALLS
            for argument in call.arguments[_TYPES.get(last_name(call.function), slice(0))]:
                for tested in walk(argument.value):
                    yield id(tested), EdgeKind.TESTS


def is_spelled(expr: Name | Attribute) -> bool:
    """Whether a mention stands in a text: whoever reads the text may import what it spells."""
    return isinstance(expr, Attribute) and isinstance(expr.of, Text)


def _last(expr: Name | Attribute) -> str:
    return expr.id if isinstance(expr, Name) else expr.name
