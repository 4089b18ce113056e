"""Expressions and what stands inside them.

Facts are read for every expression of every file. There `type(expr) is Call` is asked rather than `isinstance`, or a class
pattern: on a class whose own class is not `type`, as msgspec's are, either costs seven times as much whenever the answer is no.
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr, Item, Text

_LINES: Final = re.compile(rb",\d+\]")
"""The line at the end of each encoded call."""


def without_lines(expr: Expr) -> bytes:
    """A form of an expression that is the same wherever it stands."""
    return _LINES.sub(b"", msgspec.json.encode(expr))


def subexpressions(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside `expr`."""
    if type(expr) is Attribute:
        return (expr.of,)
    if type(expr) is Call:
        return (expr.function, *[given.value for given in expr.arguments])
    if type(expr) is Text:
        return expr.parts
    if type(expr) is Item:
        return (expr.of, expr.key)
    if type(expr) is Collection:
        return tuple([element.value for element in expr.elements])
    return expr.options if type(expr) is Either else ()


def walk(expr: Expr) -> Iterator[Expr]:
    """`expr` and everything inside it, outermost first."""
    pending = [expr]
    while pending:
        current = pending.pop()
        yield current
        if type(current) is Attribute:
            pending.append(current.of)
        elif parts := subexpressions(current):
            pending.extend(parts[::-1])
