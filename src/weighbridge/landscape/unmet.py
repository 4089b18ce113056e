"""What an interface asks for and a type that is one has not: what is told of Go's interfaces and of Java's alike."""

from msgspec import Struct

from weighbridge.domain.places import Place
from weighbridge.facts.model import Attribute, Collection, Definition, Expr, Item, Name


class Lacking(Struct, frozen=True, kw_only=True):
    """A type that does not meet an interface any more: where it is defined, and where it is used as one, if that is what tells."""

    name: str
    lacks: str
    stands: Place
    used: Place | None = None
    has_another: bool = False
    """Whether it has a method of that name, which takes or gives something else."""


class Unmet(Struct, frozen=True, kw_only=True):
    """An interface with the types that lack what it asks for, and the place of what changed: its method, or the type."""

    name: str
    asked: tuple[str, ...]
    place: Place
    types: tuple[Lacking, ...]
    is_of_type: bool = False
    """Whether it is the type that changed and not the interface."""


def shape(method: Definition) -> tuple[str, ...]:
    """What a method takes and gives, by the last names of the types as written: names of parameters tell nothing."""
    taken = (f"{spelled(each.annotation)}{'...' if each.kind == '*' else ''}" for each in method.parameters)
    return (*taken, "->", spelled(method.returns))


def spelled(expr: Expr | None) -> str:
    """A type as written, without packages and pointers."""
    match expr:
        case Name(id=name) | Attribute(name=name):
            return name
        case Item(of=of, key=key):
            return f"{spelled(of)}[{spelled(key)}]"
        case Collection(elements=elements):
            return ",".join(spelled(each.value) for each in elements)
        case _:
            return ""
