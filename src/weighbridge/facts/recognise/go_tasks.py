"""What starts Go code besides HTTP: `main`, cobra and urfave commands, cron jobs, consumers of queues."""

from collections.abc import Iterator, Mapping
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.model import Access, Attribute, Call, Collection, EntryPoint, Expr, FileFacts, Function, Name
from weighbridge.facts.recognise._origins import Called, Origins, argument, calls, named_argument

_COMMANDS: Final = {
    "github.com/spf13/cobra.Command": ("cobra", "Use", ("RunE", "Run")),
    "github.com/urfave/cli.Command": ("urfave/cli", "Name", ("Action",)),
    "github.com/urfave/cli/v2.Command": ("urfave/cli", "Name", ("Action",)),
    "github.com/urfave/cli/v3.Command": ("urfave/cli", "Name", ("Action",)),
}
_CRON: Final = ("github.com/robfig/cron", "github.com/go-co-op/gocron", "github.com/jasonlvhit/gocron")
_QUEUES: Final = {
    "github.com/nats-io": "nats",
    "github.com/IBM/sarama": "sarama",
    "github.com/Shopify/sarama": "sarama",
    "github.com/segmentio/kafka-go": "kafka-go",
    "github.com/confluentinc/confluent-kafka-go": "confluent-kafka",
    "github.com/rabbitmq/amqp091-go": "amqp",
    "github.com/streadway/amqp": "amqp",
}
_SUBSCRIBING: Final[Mapping[str, Mapping[str, tuple[int | None, int | None]]]] = {
    "nats": {"Subscribe": (0, 1), "QueueSubscribe": (0, 2), "ChanSubscribe": (0, None), "SubscribeSync": (0, None)},
    "sarama": {"ConsumePartition": (0, None), "Consume": (1, 2)},
    "kafka-go": {"ReaderConfig": (None, None)},
    "confluent-kafka": {"SubscribeTopics": (0, None), "Subscribe": (0, None)},
    "amqp": {"Consume": (0, None), "ConsumeWithContext": (1, None)},
}


def _recognise(facts: FileFacts) -> Recognised:
    modules = [each.module for each in facts.imports]
    entry_points = list(_main(facts))
    accesses: list[Access] = []
    is_watched = any(
        module.startswith((*_CRON, *_QUEUES, "github.com/spf13/cobra", "github.com/urfave/cli")) for module in modules
    )
    if is_watched:
        origins = Origins(facts)
        queues = [name for module, name in _QUEUES.items() if any(each.startswith(module) for each in modules)]
        has_cron = any(module.startswith(_CRON) for module in modules)
        for called in calls(facts):
            entry_points += _command(called, origins)
            entry_points += _job(called, origins) if has_cron else ()
            for queue in queues:
                for topic, handler in _subscription(called, origins, queue=queue):
                    entry_points.append(EntryPoint("consumer", topic, handler, called.scope, called.line, queue))
                    accesses.append(Access("consumes", topic, called.scope, called.line))
    return Recognised(entry_points=tuple(entry_points), accesses=tuple(accesses))


def _main(facts: FileFacts) -> Iterator[EntryPoint]:
    if facts.package != "main":
        return
    for index, each in enumerate(facts.definitions):
        if each.kind == "function" and each.name == "main" and not each.parameters:
            yield EntryPoint("main", "main", Function(index), 0, each.line, "go")


def _command(called: Called, origins: Origins) -> Iterator[EntryPoint]:
    found = _COMMANDS.get(origins.of(called.call.function, called.scope))
    if found is None:
        return
    framework, name, actions = found
    words = (origins.text(named_argument(called.call.arguments, name), called.scope) or "").split()
    handlers = (named_argument(called.call.arguments, action) for action in actions)
    handler = next((each for each in handlers if each is not None), None)
    if words and handler is not None:
        yield EntryPoint("cli", words[0], handler, called.scope, called.line, framework)


def _job(called: Called, origins: Origins) -> Iterator[EntryPoint]:
    """`c.AddFunc("@hourly", f)`, `c.AddJob(…)`, `s.Every(1).Hour().Do(f)`: named by what runs, else by its schedule."""
    match called.call.function:
        case Attribute(name="AddFunc" | "AddJob"):
            schedule = origins.text(argument(called.call, 0), called.scope)
            handler = argument(called.call, 1)
        case Attribute(of=Call() as of, name="Do"):
            schedule, handler = "every", argument(called.call, 0)
            if not origins.of(of, called.scope).startswith(_CRON):
                return
        case _:
            return
    if schedule is not None and handler is not None:
        yield EntryPoint("job", _spelled(handler) or schedule, handler, called.scope, called.line, "cron")


def _spelled(handler: Expr) -> str:
    match handler:
        case Name(id=name) | Attribute(name=name):
            return name
        case Call(function=function):
            return _spelled(function)
    return ""


def _subscription(called: Called, origins: Origins, *, queue: str) -> Iterator[tuple[str, Expr]]:
    """(topic, handler) of what a call subscribes to; without a handler, the definition around reads the topic."""
    function = called.call.function
    found = _SUBSCRIBING[queue].get(function.name) if isinstance(function, Attribute) else None
    if found is None:
        return
    topic_at, handler_at = found
    given = named_argument(called.call.arguments, "Topic") if topic_at is None else argument(called.call, topic_at)
    topics = [each.value for each in given.elements] if isinstance(given, Collection) else [given]
    handler = argument(called.call, handler_at) if handler_at is not None else None
    for topic in topics:
        text = origins.text(topic, called.scope)
        if text:
            yield text, handler if handler is not None else Function(called.scope)


RECOGNISER: Final = Recogniser(languages=("go",), version=1, recognise=_recognise)
