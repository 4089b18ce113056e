"""Functions that are members of an object or of a constructor, by whatever form they are put there.

`const api = { load() {} }`, `res.send = function () {}` and `Order.of = () => …` are read under the whole way to them. Where what
stands first on that way is a definition of the same scope, they are its members.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from weighbridge.facts.languages._javascript_draft import Sketch
from weighbridge.facts.model import Argument, Attribute, Call, Expr, Name, Step

_OWNERS: Final = ("variable", "function", "class")


def adopt_members(sketches: Sequence[Sketch], steps: Sequence[Step]) -> None:
    """Make functions that are named after the way to them members of what the way begins with, which inherits as it is said to."""
    owners: dict[tuple[int, str], int] = {}
    adopting: set[int] = set()
    for index, sketch in enumerate(sketches):
        first, _, rest = sketch.name.partition(".")
        owner = owners.get((sketch.parent, first)) if rest and sketch.kind == "function" else None
        if owner is not None:
            sketch.parent, sketch.name, sketch.kind = owner, rest, "method"
            adopting.add(owner)
        elif sketch.kind in _OWNERS:
            owners.setdefault((sketch.parent, sketch.name), index)
    for step in steps if adopting else ():
        if step.kind == "bind" and isinstance(step.target, Name):
            owner = owners.get((step.scope, step.target.id))
            if owner in adopting and sketches[owner].kind == "variable":
                sketches[owner].bases += tuple(_bases(step))


def _bases(step: Step) -> Iterator[Expr]:
    """What an object inherits from: the type stated for it, and what it is created from."""
    if step.annotation is not None:
        yield step.annotation
    match step.value:
        case Call(function=Attribute(of=Name(id="Object"), name="create"), arguments=(Argument(value=of), *_)):
            match of:
                case Attribute(of=kind, name="prototype"):
                    yield kind
                case Name() | Attribute():
                    yield of
