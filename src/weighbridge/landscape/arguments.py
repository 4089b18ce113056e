"""Whether a function takes a call: its parameters against the arguments as written."""

from collections.abc import Sequence
from typing import Final

from weighbridge.facts.model import Argument, Attribute, Call, Definition, Expr, Name, Parameter

_BY_PLACE: Final = ("positional", "positional-only")
_BY_NAME: Final = ("positional", "keyword-only")


def why_rejected(parameters: Sequence[Parameter], arguments: Sequence[Argument]) -> str:
    """What keeps a call from being taken, in words; empty when nothing does, or when only running it would tell."""
    if any(argument.name in ("*", "**") for argument in arguments):
        return ""
    given = [argument for argument in arguments if not argument.name]
    named = {argument.name for argument in arguments if argument.name}
    places = [parameter for parameter in parameters if parameter.kind in _BY_PLACE]
    kinds = {parameter.kind for parameter in parameters}
    if (unknown := sorted(named - {p.name for p in parameters if p.kind in _BY_NAME})) and "**" not in kinds:
        return f"it passes `{unknown[0]}`, which is no parameter"
    if len(given) > len(places) and "*" not in kinds:
        return f"it passes {counted(len(given), 'argument')} by position where {len(places)} can be taken"
    left = [*places[len(given) :], *(p for p in parameters if p.kind == "keyword-only")]
    lacking = [p for p in left if p.default is None and p.name not in named]
    return f"it lacks {_listed(lacking)}" if lacking else ""


def counted(number: int, thing: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _listed(parameters: Sequence[Parameter]) -> str:
    return ", ".join(f"`{p.name}`" if p.name else "an argument" for p in parameters[:3])


def may_spread(arguments: Sequence[Argument], language: str) -> bool:
    """Whether one written argument can be several: Go hands on all results of a call."""
    return language == "go" and len(arguments) == 1 and isinstance(arguments[0].value, Call)


def called_with(definition: Definition, *, is_bound: bool, language: str) -> tuple[Parameter, ...]:
    """The parameters that a caller fills: not the object, where it is written left of the dot."""
    parameters = definition.parameters
    if parameters and parameters[0].name == "this":
        return parameters[1:]
    takes_object = (
        language == "python" and definition.kind == "method" and not has_decorator(definition, "staticmethod")
    )
    return parameters[1:] if takes_object and is_bound else parameters


def has_decorator(definition: Definition, name: str) -> bool:
    """Whether a decorator of this last name stands on a definition."""
    return any(decorator_name(decorator) == name for decorator in definition.decorators)


def decorator_name(decorator: Expr) -> str:
    """The last name of a decorator, called or not."""
    while isinstance(decorator, Call):
        decorator = decorator.function
    match decorator:
        case Name(id=name) | Attribute(name=name):
            return name
        case _:
            return ""
