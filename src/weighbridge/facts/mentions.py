"""Where a file mentions a name: made once with the facts, so that a search for one name need not read all expressions.

A *unit* is what one number points at: a step by its index, a definition's head (bases, decorators, annotations, defaults)
by -1 minus its index.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from weighbridge.facts.expressions import subexpressions
from weighbridge.facts.model import Argument, Attribute, Call, Definition, Expr, FileFacts, Name, Step, Text
from weighbridge.facts.special_methods import called_by, called_in, called_names

_SPELLED: Final = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)[.:]([A-Za-z_]\w*)")
_LONGEST_SPELLED: Final = 200

_decoder = msgspec.msgpack.Decoder(dict[str, list[int]])


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


def spelled_by(text: Text) -> Attribute | None:
    """The member of a module that a text spells whole, as a member of the module's text: `"shop.views.index"`, `"shop:app"`.

    Frameworks import by such texts what nothing else names.
    """
    found = _SPELLED.fullmatch(text.value) if not text.parts and len(text.value) <= _LONGEST_SPELLED else None
    return Attribute(Text(found[1]), found[2]) if found else None


def named_by(expr: Expr) -> Name | Attribute | None:
    """The name or member that an expression itself uses; `getattr(x, "name")` uses the member `name` of `x`."""
    if type(expr) is Text:
        return spelled_by(expr)
    if type(expr) is not Call:
        return expr if isinstance(expr, Name | Attribute) else None
    if type(expr.function) is Name and expr.function.id == "getattr":
        match expr.arguments:
            case (Argument(value=of), Argument(value=Text(value=name, parts=())), *_) if name.isidentifier():
                return Attribute(of, name)
    return None


def index_mentions(facts: FileFacts) -> Mapping[str, Sequence[int]]:
    """Each name that any expression of the file holds, with the units that hold it."""
    has_special = facts.language == "python"
    found: dict[str, list[int]] = {}
    for unit, outer in units_of(facts):
        for name in _names_in(outer, has_special=has_special):
            units = found.get(name)
            if units is None:
                found[name] = [unit]
            elif units[-1] != unit:
                units.append(unit)
    for name, called in _called_in_steps(facts.steps if has_special else ()).items():
        found[name] = list(dict.fromkeys([*found.get(name, ()), *called]))
    return found


def _names_in(outer: Expr, *, has_special: bool) -> list[str]:
    """Every name in an expression, in the order of `walk`; written out, as it is done for every expression of every file."""
    names: list[str] = []
    waiting = [outer]
    while waiting:
        expr = waiting.pop()
        while type(expr) is Attribute:
            names.append(expr.name)
            expr = expr.of
        if type(expr) is Name:
            names.append(expr.id)
        elif type(expr) is Call:
            if isinstance(member := named_by(expr), Attribute):
                names.append(member.name)
            if has_special and expr.arguments:
                names += called_names(expr)
            if expr.arguments:
                waiting += [given.value for given in reversed(expr.arguments)]
            waiting.append(expr.function)
        elif type(expr) is not Text or expr.parts:
            if has_special:
                names += called_names(expr)
            waiting += reversed(subexpressions(expr))
        elif has_special and ("." in expr.value or ":" in expr.value) and (spelled := spelled_by(expr)):
            names.append(spelled.name)
    return names


def _called_in_steps(steps: Sequence[Step]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for unit, step in enumerate(steps):
        if step.kind != "bind" or type(step.target) is not Name:  # most steps bind a name, and call nothing by it
            for called in called_in(step):
                found.setdefault(called.name, []).append(unit)
    return found


def with_mentions(facts: FileFacts) -> FileFacts:
    """The same facts, with the index of their mentions."""
    return msgspec.structs.replace(facts, mentioned=msgspec.msgpack.encode(index_mentions(facts)))


def mentions_in(facts: FileFacts) -> Mapping[str, Sequence[int]]:
    """The index of a file's mentions, made anew where the facts carry none."""
    return _unpacked(facts.mentioned) if facts.mentioned else index_mentions(facts)


@lru_cache(maxsize=1)
def _unpacked(mentioned: bytes) -> Mapping[str, Sequence[int]]:
    """The index of the file that was asked about last: while a file is read, several ask."""
    return _decoder.decode(mentioned)
