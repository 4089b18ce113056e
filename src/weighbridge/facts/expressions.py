"""Expressions and what stands inside them."""

from collections.abc import Iterator

from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr, Item, Text


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
    """`expr` and everything inside it, outermost first."""
    pending = [expr]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(subexpressions(current)))
