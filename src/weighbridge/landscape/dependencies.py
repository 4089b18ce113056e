"""What a framework calls because a parameter's type says so: `Annotated[T, Depends(f)]`, as FastAPI reads it.

An annotation is not run, with one exception: what `Annotated[...]` holds after the type is there for a library to look at,
which does so when the definition is made.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from weighbridge.domain.impact import EdgeKind
from weighbridge.facts.model import Call, Collection, Expr, Item, Parameter
from weighbridge.facts.names import last_name

DEPENDING: Final = frozenset({"Depends", "Security"})
"""What FastAPI marks a dependency by: its argument is called before the function is, or else the type stated beside it."""


def asks_for(expr: Expr) -> bool:
    """Whether an expression marks a dependency: `Depends(f)`."""
    return type(expr) is Call and last_name(expr.function) in DEPENDING


def called_for(expr: Expr) -> Expr | None:
    """What an expression that marks a dependency names to be called, if it does."""
    return expr.arguments[0].value if isinstance(expr, Call) and expr.arguments and asks_for(expr) else None


def depended_on(call: Call) -> Iterator[Expr]:
    """What a call's `dependencies` name to be called."""
    listed = (a.value for a in call.arguments if a.name == "dependencies" and isinstance(a.value, Collection))
    for element in (element for each in listed for element in each.elements):
        if (called := called_for(element.value)) is not None:
            yield called


def annotated(annotation: Expr) -> Sequence[Expr]:
    """What `Annotated[...]` holds, the type first; nothing where an annotation is another one."""
    match annotation:
        case Item(of=of, key=Collection(elements=(_, _, *_) as elements)) if last_name(of) == "Annotated":
            return [element.value for element in elements]
        case _:
            return ()


def is_dependency(annotation: Expr) -> bool:
    """Whether an annotation says by what a parameter of this type is made."""
    return any(asks_for(each) for each in annotated(annotation)[1:])


def types_in(annotation: Expr) -> Sequence[Expr]:
    """What an annotation holds that is a type, and may be another name of one that says how it is made."""
    return annotated(annotation)[:1] or (annotation,)


def made_by_type(expr: Expr) -> bool:
    """Whether an expression says that the type stated beside it is what is called: `Depends()`."""
    return isinstance(expr, Call) and not expr.arguments and asks_for(expr)


def run_in_head(parameter: Parameter) -> Iterator[tuple[Expr, EdgeKind]]:
    """What of a parameter is run when its function is defined, or called before it is, and how it is used."""
    stated = parameter.annotation
    markers = annotated(stated)[1:] if stated is not None else ()
    given = () if parameter.default is None else (parameter.default,)
    if stated is not None and any(made_by_type(each) for each in (*markers, *given)):
        yield from ((each, EdgeKind.CALLS) for each in types_in(stated))
    yield from ((each, EdgeKind.REFERS) for each in (*markers, *given))
