"""What starts Java code besides HTTP: `main`, schedules, commands, listeners of queues and topics."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.model import Access, Definition, EntryPoint, FileFacts, Function
from weighbridge.facts.recognise._annotations import annotation, annotation_name, imports_any, texts
from weighbridge.facts.recognise._origins import Called, Origins, argument, calls

_LISTENERS: Final = {
    "KafkaListener": ("kafka", ("topics", "topicPattern")),
    "RabbitListener": ("rabbitmq", ("queues",)),
    "JmsListener": ("jms", ("destination",)),
    "SqsListener": ("sqs", ("value", "queueNames")),
    "PulsarListener": ("pulsar", ("topics",)),
    "StreamListener": ("spring-cloud-stream", ("value", "target")),
    "Incoming": ("microprofile", ("value",)),
}
_HANDLERS: Final = ("RabbitHandler", "KafkaHandler")
_SCHEDULES: Final = ("Scheduled", "Schedules", "Schedule")
_RUNNING: Final = ("run", "call")
_KAFKA_CONSUMER: Final = "org.apache.kafka.clients.consumer."


def _recognise(facts: FileFacts) -> Recognised:
    origins = Origins(facts)
    entry_points: list[EntryPoint] = []
    accesses: list[Access] = []
    for index, definition in enumerate(facts.definitions):
        if definition.kind != "method":
            continue
        entry_points += _started(facts, index, definition=definition, origins=origins)
        for topic, framework in _listened(facts, definition, origins=origins):
            is_certain = "${" not in topic
            line = definition.line
            entry_points.append(
                EntryPoint("consumer", topic, Function(index), definition.parent, line, framework, is_certain)
            )
            accesses.append(Access("consumes", topic, index, line, is_certain))
    if imports_any(facts, _KAFKA_CONSUMER.rstrip(".")):
        for called in calls(facts):
            for topic in _subscribed(called, origins):
                accesses.append(Access("consumes", topic, called.scope, called.line))
                handler = Function(called.scope)
                entry_points.append(EntryPoint("consumer", topic, handler, called.scope, called.line, "kafka"))
    return Recognised(entry_points=tuple(entry_points), accesses=tuple(accesses))


def _started(facts: FileFacts, index: int, *, definition: Definition, origins: Origins) -> Iterator[EntryPoint]:
    """`main`, a schedule, a command."""
    owner = facts.definitions[definition.parent]
    handler, line = Function(index), definition.line
    if definition.name == "main" and " static " in f" {definition.signature} " and len(definition.parameters) <= 1:
        yield EntryPoint("main", owner.name or "main", handler, definition.parent, line, "java")
    if annotation(definition, *_SCHEDULES) is not None:
        yield EntryPoint("job", f"{owner.name}.{definition.name}", handler, definition.parent, line, "schedule")
    if definition.name in _RUNNING and not definition.parameters and imports_any(facts, "picocli"):
        for name in texts(annotation(owner, "Command"), origins, "name", scope=definition.parent):
            yield EntryPoint("cli", name, handler, definition.parent, line, "picocli")
    for key in texts(annotation(definition, "ShellMethod"), origins, "key", scope=definition.parent):
        yield EntryPoint("cli", key, handler, definition.parent, line, "spring-shell")
    if definition.name == "execute" and imports_any(facts, "org.quartz"):
        yield EntryPoint("job", owner.name, handler, definition.parent, line, "quartz")


def _listened(facts: FileFacts, definition: Definition, *, origins: Origins) -> Iterator[tuple[str, str]]:
    """(topic, framework) of the listening annotations of a method, or of its class when it is a handler of it."""
    decorators = definition.decorators
    if annotation(definition, *_HANDLERS) is not None:
        decorators += facts.definitions[definition.parent].decorators
    for each in decorators:
        found = _LISTENERS.get(annotation_name(each))
        if found is not None:
            framework, names = found
            yield from ((topic, framework) for topic in texts(each, origins, *names, scope=definition.parent))


def _subscribed(called: Called, origins: Origins) -> Iterator[str]:
    """The topics of `consumer.subscribe(List.of("orders"))`."""
    origin = origins.of(called.call.function, called.scope)
    if not (origin.startswith(_KAFKA_CONSUMER) and origin.endswith(".subscribe")):
        return
    given = argument(called.call, 0)
    inner = getattr(given, "arguments", ())
    for each in [given, *(one.value for one in inner)]:
        text = origins.text(each, called.scope)
        if text:
            yield text


RECOGNISER: Final = Recogniser(languages=("java",), version=1, recognise=_recognise)
