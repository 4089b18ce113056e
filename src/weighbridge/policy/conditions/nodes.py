"""An expression taken apart: what the parser of CEL makes of a text, as values.

`raw` are the bytes that a node was read from; those that are made here have none.
"""

from msgspec import Struct


class Literal(Struct, frozen=True, kw_only=True, gc=False):
    """A value as written; `kind` is its field in the parser's message."""

    id: int
    kind: int
    value: str | int | float | bool | bytes | None
    raw: bytes = b""


class Name(Struct, frozen=True, kw_only=True, gc=False):
    """A name that stands alone."""

    id: int
    name: str
    raw: bytes = b""


class Select(Struct, frozen=True, kw_only=True, gc=False):
    """A field of a record; `is_test` when it is asked whether the field is there."""

    id: int
    operand: "Node"
    name: str
    is_test: bool
    raw: bytes = b""


class Call(Struct, frozen=True, kw_only=True, gc=False):
    """A function or operator; `target` is what a method is called on."""

    id: int
    target: "Node | None"
    function: str
    args: tuple["Node", ...]
    raw: bytes = b""


class Elements(Struct, frozen=True, kw_only=True, gc=False):
    """A list as written."""

    id: int
    items: tuple["Node", ...]
    raw: bytes = b""


class Loop(Struct, frozen=True, kw_only=True, gc=False):
    """What `exists`, `all`, `filter` and their like stand for: a walk over a list that gathers a result."""

    id: int
    variable: str
    over: "Node"
    gathered: str
    start: "Node"
    goes_on: "Node"
    step: "Node"
    result: "Node"
    raw: bytes = b""


class Alien(Struct, frozen=True, kw_only=True, gc=False):
    """A form that conditions do not have: maps and messages."""

    id: int


Node = Literal | Name | Select | Call | Elements | Loop | Alien

ANSWERS = "@asked"
"""The name that answers stand under which are found beforehand; nobody can write it in an expression."""


def answer_node(node_id: int, key: str) -> Node:
    """What reads such an answer."""
    args = (Name(id=node_id, name=ANSWERS), Literal(id=node_id, kind=STRING, value=key))
    return Call(id=node_id, target=None, function="_[_]", args=args)


BOOL, INT, UINT, DOUBLE, STRING = 2, 3, 4, 5, 6
"""The kinds of literals that are looked at, by their field in the parser's message."""
