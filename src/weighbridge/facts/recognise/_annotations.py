"""Java's annotations, read from a definition's decorators."""

from weighbridge.facts.model import Argument, Attribute, Call, Collection, Definition, Expr, FileFacts, Name
from weighbridge.facts.recognise._origins import Origins


def annotation_name(decorator: Expr) -> str:
    """The simple name of an annotation."""
    of = decorator.function if isinstance(decorator, Call) else decorator
    match of:
        case Name(id=name) | Attribute(name=name):
            return name
    return ""


def annotation(definition: Definition, *names: str) -> Expr | None:
    """The first annotation of `definition` that goes by one of `names`."""
    return next((each for each in definition.decorators if annotation_name(each) in names), None)


def values(decorator: Expr | None, *names: str) -> tuple[Expr, ...]:
    """What an annotation says under one of `names`; `value` also stands for the argument without a name."""
    arguments: tuple[Argument, ...] = decorator.arguments if isinstance(decorator, Call) else ()
    for each in arguments:
        if each.name in names or (not each.name and "value" in names):
            if isinstance(each.value, Collection):
                return tuple(element.value for element in each.value.elements)
            return (each.value,)
    return ()


def texts(decorator: Expr | None, origins: Origins, *names: str, scope: int) -> tuple[str, ...]:
    """The strings that an annotation says under one of `names`."""
    found = (origins.text(each, scope) for each in values(decorator, *names))
    return tuple(text for text in found if text is not None)


def imports_any(facts: FileFacts, *prefixes: str) -> bool:
    """Whether the file imports anything below one of `prefixes`."""
    return any(each.module.startswith(prefixes) for each in facts.imports)
