"""Where messages come into Python code: Kafka, RabbitMQ, Faust, SQS, cloud functions."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.model import Call, EntryPoint, Expr, Function
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._python_reading import Reading, argument, positionals
from weighbridge.facts.recognise._python_topics import consumed

_SUBSCRIBES: Final = ("faststream.", "propan.")


def consumers(reading: Reading) -> Iterator[EntryPoint]:
    """Every consumer whose topic is written down, and what looks like a cloud function's handler."""
    for site in reading.sites:
        for topic in consumed(reading, site):
            callback = argument(site.call, "on_message_callback", "callback", position=1)
            handler = callback if callback is not None and _is_named(callback) else Function(site.scope)
            framework = site.origin.partition(".")[0] or "pika"
            yield EntryPoint("consumer", topic, handler, site.scope, site.line, framework)
    for index, definition in enumerate(reading.facts.definitions):
        for decorator in definition.decorators:
            if isinstance(decorator, Call):
                yield from _decorated(reading, decorator, handler=index)
    yield from _cloud_functions(reading)


def _decorated(reading: Reading, decorator: Call, *, handler: int) -> Iterator[EntryPoint]:
    """Faust's agents and FastStream's subscribers."""
    definition = reading.facts.definitions[handler]
    origin = reading.origin(decorator.function, definition.parent)
    method = last_name(decorator.function)
    framework = origin.partition(".")[0]
    if not (
        (method == "agent" and framework == "faust") or (method == "subscriber" and origin.startswith(_SUBSCRIBES))
    ):
        return
    given = positionals(decorator)
    topic = _topic(reading, given[0], scope=definition.parent) if given else ""
    yield EntryPoint(
        "consumer",
        topic or definition.name,
        Function(handler),
        definition.parent,
        definition.line,
        framework,
        bool(topic),
    )


def _topic(reading: Reading, expr: Expr, *, scope: int) -> str:
    """A topic's name, or that of the topic object made with it."""
    made = reading.value(expr, scope)
    if isinstance(made, Call) and last_name(made.function) == "topic" and positionals(made):
        expr = positionals(made)[0]
    return reading.text(expr, scope) or ""


def _cloud_functions(reading: Reading) -> Iterator[EntryPoint]:
    """AWS calls a function with an event and a context; which one, its configuration says."""
    for index, definition in enumerate(reading.facts.definitions):
        names = [parameter.name.lstrip("_") for parameter in definition.parameters]
        if definition.kind == "function" and definition.parent == 0 and names == ["event", "context"]:
            key = f"lambda {definition.name}"
            yield EntryPoint("consumer", key, Function(index), 0, definition.line, "aws-lambda", is_certain=False)


def _is_named(expr: Expr) -> bool:
    return bool(last_name(expr)) or isinstance(expr, Function)
