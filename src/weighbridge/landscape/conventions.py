"""What evaluation takes for granted: names of the standard libraries, and forms that mean something of their own."""

from typing import Final

from weighbridge.facts.model import Call, Definition, Expr, Name
from weighbridge.landscape.values import External, Instance, Symbol, Value

PASSES_THROUGH: Final = frozenset(
    {
        *("functools.partial", "functools.wraps", "functools.wraps()", "typing.cast", "copy.copy"),
        *("java.util.Objects.requireNonNull", "org.mockito.Mockito.spy", "org.mockito.Mockito.verify"),
        *(
            f"org.mockito.Mockito.do{what}().when"
            for what in ("Answer", "CallRealMethod", "Nothing", "Return", "Throw")
        ),
    }
)
"""Functions whose result stands for one of their arguments: the last for `cast`, else the first."""

PROPERTIES: Final = frozenset({"property", "cached_property", "hybrid_property", "abstractproperty"})
"""Decorators that make a method be called when it is looked at."""

CONTAINERS: Final = frozenset(
    {
        *(
            "list",
            "List",
            "Sequence",
            "Iterable",
            "Iterator",
            "Collection",
            "Set",
            "set",
            "frozenset",
            "tuple",
            "Tuple",
        ),
        *("Generator", "AsyncIterator", "dict", "Dict", "Mapping", "Map", "deque", "Deque", "Queue"),
        *("Array", "ReadonlyArray", "Observable", "Stream", "[]", "map", "chan"),
    }
)
"""Generic types, of any language, whose values hold values of their last argument."""

CONTAINERS_OF_GO: Final = frozenset({"[]", "map", "chan"})
"""Those of Go, which has no other: a `Map` or `Set` is whatever type of that name its package defines."""


def is_super(expr: Expr) -> bool:
    """Whether an expression stands for the object as its class's bases see it."""
    match expr:
        case Call(function=Name(id="super")) | Name(id="super"):
            return True
        case _:
            return False


def is_accessor(definition: Definition, kind: str) -> bool:
    """Whether a definition is a property's `get` or `set`, as JavaScript writes them."""
    name = definition.name.rpartition(".")[2]
    return definition.kind == "method" and f" {kind} {name}(" in f" {definition.signature}"


def instance_of(value: Value) -> Value:
    """What a value declared as of this type stands for."""
    match value:
        case Symbol(path=path, index=index):
            return Instance(path, index)
        case External(name=name):
            return External(f"{name}()")
        case _:
            return value
