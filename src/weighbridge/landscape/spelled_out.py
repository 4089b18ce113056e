"""Calls of Python's own functions as the expressions they amount to: `map(f, xs)` holds what `f(…)` returns.

Only which values come out matters here, not how many, in which order, or when.
"""

from collections.abc import Callable, Mapping
from typing import Final

from weighbridge.facts.model import OPAQUE, Argument, Attribute, Call, Collection, Either, Element, Expr, Item, Text

Spelling = Callable[[Call], Expr | None]


def _any_of(value: Expr) -> Expr:
    return Item(value, OPAQUE)


def _holding(*values: Expr) -> Collection:
    return Collection(tuple(Element("", value) for value in values))


def _pair(first: Expr, second: Expr) -> Collection:
    return Collection((Element("0", first), Element("1", second)))


def _positional(call: Call) -> list[Expr]:
    return [argument.value for argument in call.arguments if not argument.name]


def _collected(call: Call) -> Expr:
    """`list(xs)`, `dict(xs, key=v)`: a collection of what is given."""
    given = [Element("*", value) for value in _positional(call)[:1]]
    named = [Element("*" if a.name == "**" else a.name, a.value) for a in call.arguments if a.name not in ("", "*")]
    keyed = [each for each in named if each.key not in ("key", "reverse", "maxlen")]
    return Collection((*given, *keyed))


def _mapped(call: Call) -> Expr | None:
    match _positional(call):
        case [function, first, *others]:
            arguments = tuple(Argument("", _any_of(value)) for value in (first, *others))
            return _holding(Call(function, arguments, call.line))
    return None


def _filtered(call: Call) -> Expr | None:
    values = _positional(call)
    return Collection((Element("*", values[1]),)) if len(values) == 2 else None


def _numbered(call: Call) -> Expr | None:
    values = _positional(call)
    return _holding(_pair(OPAQUE, _any_of(values[0]))) if values else None


def _zipped(call: Call) -> Expr:
    values = enumerate(_positional(call))
    return _holding(Collection(tuple(Element(str(index), _any_of(value)) for index, value in values)))


def _chained(call: Call) -> Expr:
    return Collection(tuple(Element("*", value) for value in _positional(call)))


def _made_by(call: Call) -> Expr:
    """`defaultdict(make)`: whatever is asked for is made."""
    values = _positional(call)
    made = [Element("", Call(values[0], (), call.line))] if values and values[0] is not OPAQUE else []
    return Collection((*made, *(Element("*", value) for value in values[1:2])))


def _next(call: Call) -> Expr | None:
    values = _positional(call)
    return Either((_any_of(values[0]), *values[1:2])) if values else None


def _member(call: Call) -> Expr | None:
    """`getattr(x, "name")`; a name put together at run time is not known here."""
    match _positional(call):
        case [of, Text(value=name, parts=()), *default]:
            return Either((Attribute(of, name), *default))
    return None


def _of_object(call: Call) -> Expr:
    match call.function:
        case Attribute(of=of):
            return of
        case _:
            return OPAQUE


def _taken(call: Call) -> Expr:
    """`d.get(key, default)`, `xs.pop()`."""
    key, *default = _positional(call) or [OPAQUE]
    return Either((Item(_of_object(call), key), *default))


FUNCTIONS: Final[Mapping[str, Spelling]] = {
    **dict.fromkeys(("builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset"), _collected),
    **dict.fromkeys(("builtins.dict", "builtins.sorted", "builtins.reversed", "builtins.iter"), _collected),
    **dict.fromkeys(("collections.OrderedDict", "collections.deque", "collections.ChainMap"), _collected),
    "builtins.map": _mapped,
    "builtins.filter": _filtered,
    "builtins.enumerate": _numbered,
    "builtins.zip": _zipped,
    "builtins.next": _next,
    "builtins.getattr": _member,
    "collections.defaultdict": _made_by,
    "itertools.chain": _chained,
}
"""What a call of one of these comes to."""

METHODS: Final[Mapping[str, Spelling]] = {
    **dict.fromkeys(("get", "pop", "setdefault"), _taken),
    **dict.fromkeys(("popleft",), lambda call: _any_of(_of_object(call))),
    **dict.fromkeys(("values", "copy"), lambda call: Collection((Element("*", _of_object(call)),))),
    **dict.fromkeys(("items",), lambda call: _holding(_pair(OPAQUE, _any_of(_of_object(call))))),
    **dict.fromkeys(("popitem",), lambda call: _pair(OPAQUE, _any_of(_of_object(call)))),
}
"""What a call of one of these methods of a collection comes to."""
