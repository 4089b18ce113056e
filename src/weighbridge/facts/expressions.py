"""Expressions and what stands inside them."""

from collections.abc import Iterator

from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr, Function, Item, Name, Number, Opaque, Text

_LEAVES = frozenset({Name, Number, Opaque, Function})


def subexpressions(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside `expr`."""
    parts: tuple[Expr, ...] = ()
    match expr:
        case Attribute(of=of):
            parts = (of,)
        case Call(function=function, arguments=arguments):
            parts = (function, *(a.value for a in arguments))
        case Item(of=of, key=key):
            parts = (of, key)
        case Collection(elements=elements):
            parts = tuple(e.value for e in elements)
        case Either(options=options):
            parts = options
        case Text(parts=holes):
            parts = holes
    return parts


def walk(expr: Expr) -> Iterator[Expr]:
    """`expr` and everything inside it, outermost first.

    Done for every expression of every file: what stands most often is told apart first.
    """
    pending = [expr]
    while pending:
        current = pending.pop()
        yield current
        if current.__class__ in _LEAVES:
            continue
        if isinstance(current, Attribute):
            pending.append(current.of)
        elif isinstance(current, Call):
            if current.arguments:
                pending.extend([given.value for given in current.arguments[::-1]])
            pending.append(current.function)
        elif not isinstance(current, Text) or current.parts:
            pending.extend(subexpressions(current)[::-1])
