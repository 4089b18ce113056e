"""Facts spelled in one line each, so that a test can say what it expects in the words of the code."""

from weighbridge.facts.extract import extractor_for
from weighbridge.facts.model import (
    Attribute,
    Call,
    Collection,
    Either,
    Expr,
    FileFacts,
    Function,
    Item,
    Name,
    Number,
    Opaque,
    Regex,
    Step,
    Text,
)


def extracted(source: str | bytes, role: str) -> FileFacts:
    """The facts of `source` without what recognisers add."""
    extractor = extractor_for(role)
    assert extractor is not None
    return extractor.extract(source.encode() if isinstance(source, str) else source, role, in_detail=True)


def spelled(expr: Expr | None) -> str:
    """An expression near to how it is written; what is opaque is `_`."""
    match expr:
        case Name(id=name):
            words = name
        case Attribute(of=of, name=name):
            words = f"{spelled(of)}.{name}"
        case Call(function=function, arguments=arguments):
            given = [(f"{each.name}=" if each.name else "") + spelled(each.value) for each in arguments]
            words = f"{spelled(function)}({', '.join(given)})"
        case Item(of=of, key=key):
            words = f"{spelled(of)}[{spelled(key)}]"
        case Text(value=value, parts=parts):
            words = repr(value) + (f" % ({', '.join(map(spelled, parts))})" if parts else "")
        case Number(value=value):
            words = value
        case Collection(elements=elements):
            words = "{" + ", ".join(f"{each.key}: {spelled(each.value)}" for each in elements) + "}"
        case Function(definition=index):
            words = f"#{index}"
        case Either(options=options):
            words = " | ".join(map(spelled, options)).join("()")
        case Opaque():
            words = "_"
        case Regex(value=value, flags=flags):
            words = f"/{value}/{flags}"
        case _:
            words = ""
    return words


def spelled_step(step: Step) -> str:
    """`bind x: T = value`, `return value`."""
    target = f" {spelled(step.target)}" if step.target is not None else ""
    annotation = f": {spelled(step.annotation)}" if step.annotation is not None else ""
    return f"{step.kind}{target}{annotation} = {spelled(step.value)}"


def steps_of(facts: FileFacts, name: str) -> list[str]:
    """The steps of the definition with this qualified name."""
    return [spelled_step(step) for step in facts.steps if facts.qualified_name(step.scope) == name]
