"""Where a file mentions a name: made once with the facts, so that a search for one name need not read all expressions.

A *unit* is what one number points at: a step by its index, a definition's head (bases, decorators, annotations, defaults)
by -1 minus its index.
"""

from collections.abc import Iterator, Mapping

import msgspec

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Argument, Attribute, Call, Definition, Expr, FileFacts, Name, Text
from weighbridge.facts.special_methods import called_by, called_in

_decoder = msgspec.msgpack.Decoder(dict[str, tuple[int, ...]])


def head_of(definition: Definition) -> Iterator[Expr]:
    """The expressions in a definition's head, which are evaluated in the scope around it."""
    yield from definition.bases
    yield from definition.decorators
    if definition.returns is not None:
        yield definition.returns
    for parameter in definition.parameters:
        if parameter.annotation is not None:
            yield parameter.annotation
        if parameter.default is not None:
            yield parameter.default


def units_of(facts: FileFacts) -> Iterator[tuple[int, Expr]]:
    """Every outermost expression of a file with the unit it belongs to."""
    for index, definition in enumerate(facts.definitions):
        for expr in head_of(definition):
            yield -1 - index, expr
    for index, step in enumerate(facts.steps):
        for part in (step.value, step.target, step.annotation):
            if part is not None:
                yield index, part


def used_by(expr: Expr) -> Iterator[Name | Attribute]:
    """The names and members that an expression itself uses, special methods included."""
    if (named := named_by(expr)) is not None:
        yield named
    yield from called_by(expr)


def named_by(expr: Expr) -> Name | Attribute | None:
    """The name or member that an expression itself uses; `getattr(x, "name")` uses the member `name` of `x`."""
    match expr:
        case Name() | Attribute():
            return expr
        case Call(
            function=Name(id="getattr"), arguments=(Argument(value=of), Argument(value=Text(value=name, parts=())), *_)
        ):
            return Attribute(of, name) if name.isidentifier() else None
        case _:
            return None


def index_mentions(facts: FileFacts) -> Mapping[str, tuple[int, ...]]:
    """Each name that any expression of the file holds, with the units that hold it."""
    found: dict[str, dict[int, None]] = {}
    has_special = facts.language == "python"
    for unit, outer in units_of(facts):
        for expr in walk(outer):
            match named_by(expr):
                case Name(id=name) | Attribute(name=name):
                    found.setdefault(name, {})[unit] = None
            for called in called_by(expr) if has_special else ():
                found.setdefault(called.name, {})[unit] = None
    for unit, step in enumerate(facts.steps if has_special else ()):
        for called in called_in(step):
            found.setdefault(called.name, {})[unit] = None
    return {name: tuple(units) for name, units in found.items()}


def with_mentions(facts: FileFacts) -> FileFacts:
    """The same facts, with the index of their mentions."""
    return msgspec.structs.replace(facts, mentioned=msgspec.msgpack.encode(index_mentions(facts)))


def mentions_in(facts: FileFacts) -> Mapping[str, tuple[int, ...]]:
    """The index of a file's mentions, made anew where the facts carry none."""
    return _decoder.decode(facts.mentioned) if facts.mentioned else index_mentions(facts)
