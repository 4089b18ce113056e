"""Where a file uses a name, and how."""

from collections.abc import Iterator

from msgspec import Struct

from weighbridge.domain.impact import EdgeKind
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import named_by
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Name
from weighbridge.landscape.file_names import CLASS_KINDS


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
    """The name that the statement binds at the top level of a module or class, if it does."""


def mentions_in_unit(facts: FileFacts, unit: int, *, name: str) -> Iterator[Mention]:
    """The mentions of `name` in one unit (see `facts.mentions`), annotations left out: they are not run."""
    if unit < 0:
        index = -1 - unit
        definition = facts.definitions[index]
        at = _Spot(source=index, scope=max(definition.parent, 0), line=definition.line)
        for base in definition.bases:
            yield from _in_expression(at, base, kind=EdgeKind.INHERITS, name=name)
        for decorator in definition.decorators:
            yield from _in_expression(at, decorator, kind=EdgeKind.CALLS, name=name)
        for parameter in definition.parameters:
            if parameter.default is not None:
                yield from _in_expression(at, parameter.default, kind=EdgeKind.REFERS, name=name)
        return
    step = facts.steps[unit]
    is_outer = facts.definitions[step.scope].kind in ("module", *CLASS_KINDS)
    binds = step.target.id if is_outer and isinstance(step.target, Name) else ""
    at = _Spot(source=step.scope, scope=step.scope, line=step.line, binds=binds)
    yield from _in_expression(at, step.value, kind=EdgeKind.REFERS, name=name)
    if step.target is not None and not isinstance(step.target, Name):
        yield from _in_expression(at, step.target, kind=EdgeKind.REFERS, name=name)


class _Spot(Struct, frozen=True, kw_only=True):
    """Where an expression stands."""

    source: int
    scope: int
    line: int
    binds: str = ""


def _in_expression(at: _Spot, outer: Expr, *, kind: EdgeKind, name: str) -> Iterator[Mention]:
    found = [used for e in walk(outer) if (used := named_by(e)) is not None and _last(used) == name]
    uses = dict(_uses(outer)) if found and kind is EdgeKind.REFERS else {}
    for expr in found:
        yield Mention(at.source, at.scope, at.line, expr, uses.get(id(expr), kind), at.binds)


def _uses(outer: Expr) -> Iterator[tuple[int, EdgeKind]]:
    """How names inside an expression are used where that is more than being referred to."""
    for call in walk(outer):
        if isinstance(call, Call):
            yield id(call.function), EdgeKind.CALLS
            if isinstance(call.function, Name) and call.function.id in ("isinstance", "issubclass"):
                for tested in (e for a in call.arguments[1:] for e in walk(a.value)):
                    yield id(tested), EdgeKind.TESTS


def _last(expr: Name | Attribute) -> str:
    return expr.id if isinstance(expr, Name) else expr.name
