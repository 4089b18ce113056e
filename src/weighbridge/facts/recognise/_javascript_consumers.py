"""Consumers of messages in JavaScript: KafkaJS, amqplib, NATS, Google Pub/Sub, SQS, Redis."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from weighbridge.facts.model import Access, Attribute, Call, EntryPoint, Expr, Function, Name
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._javascript_origins import each_of, option
from weighbridge.facts.recognise._origins import Called, Origins, argument, calls

_KAFKA: Final = ("kafkajs.Kafka.consumer", "@confluentinc/kafka-javascript.KafkaJS.Kafka.consumer")
_SUBSCRIBED: Final = {
    "amqplib.connect.createChannel.consume": (0, 1),
    "amqplib.connect.createConfirmChannel.consume": (0, 1),
    "amqplib.Channel.consume": (0, 1),
    "nats.connect.subscribe": (0, 1),
    "redis.createClient.subscribe": (0, 1),
    "redis.createClient.pSubscribe": (0, 1),
    "mqtt.connect.subscribe": (0, None),
}
"""By origin: where the topic and the handler stand."""

PACKAGES: Final = frozenset(
    {
        "kafkajs",
        "@confluentinc/kafka-javascript",
        "amqplib",
        "nats",
        "redis",
        "mqtt",
        "sqs-consumer",
        "@aws-sdk/client-sqs",
    }
)
"""What a file must import to consume by a call."""

_SQS_HANDLERS: Final = ("handleMessage", "handleMessageBatch")


_DECORATED: Final = frozenset(
    {
        "@nestjs/microservices.MessagePattern",
        "@nestjs/microservices.EventPattern",
        "@golevelup/nestjs-rabbitmq.RabbitSubscribe",
        "@golevelup/nestjs-rabbitmq.RabbitRPC",
        "@ssut/nestjs-sqs.SqsMessageHandler",
    }
)


def handed_out(origins: Origins) -> Iterator[Access]:
    """What methods consume because a decorator says so."""
    for index, definition in enumerate(origins.facts.definitions):
        for decorator in definition.decorators:
            is_consuming = isinstance(decorator, Call) and origins.of(decorator, 0) in _DECORATED
            topic = topic_of(decorator, origins) if is_consuming else None
            if topic:
                yield Access("consumes", topic, index, definition.line, "{}" not in topic)


def topic_of(decorator: Expr, origins: Origins) -> str | None:
    """The topic that a decorator names, as a text or among its options."""
    first = argument(decorator, 0) if isinstance(decorator, Call) else None
    return origins.text(option(first, "queue", "routingKey", "cmd", "name") or first, 0)


class Consumers:
    """The consumers of one file."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins

    @cached_property
    def _kafka_topics(self) -> dict[str, list[str]]:
        """The topics that each KafkaJS consumer subscribes to, by the consumer's name."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for called in calls(self._origins.facts):
            if last_name(called.call.function) == "subscribe":
                described = argument(called.call, 0)
                for each in (*each_of(option(described, "topics")), *each_of(option(described, "topic"))):
                    if topic := self._origins.text(each, called.scope):
                        found[_receiver(called)].append(topic)
        return found

    def entry_points(self, called: Called, origin: str) -> Iterator[EntryPoint]:
        """What a call begins to consume, with what handles it."""
        for topic, handler in self.consumed(called, origin):
            framework = origin.partition(".")[0]
            yield EntryPoint("consumer", topic, handler, called.scope, called.line, framework, "{}" not in topic)

    def consumed(self, called: Called, origin: str) -> Iterator[tuple[str, Expr]]:
        """(topic, handler) of what a call begins to consume; without a handler, the definition around reads it."""
        around = Function(called.scope)
        first = argument(called.call, 0)
        if origin.startswith(_KAFKA) and origin.endswith(".run"):
            handler = option(first, "eachMessage", "eachBatch") or around
            yield from ((topic, handler) for topic in self._kafka_topics.get(_receiver(called), ()))
        elif origin.startswith("sqs-consumer.") and last_name(called.call.function) == "create":
            yield from self._texts(option(first, "queueUrl"), called, handler=option(first, *_SQS_HANDLERS) or around)
        elif origin == "@aws-sdk/client-sqs.ReceiveMessageCommand":
            yield from self._texts(option(first, "QueueUrl"), called, handler=around)
        elif (places := _SUBSCRIBED.get(origin)) is not None:
            topic_at, handler_at = places
            handler = (argument(called.call, handler_at) if handler_at is not None else None) or around
            yield from self._texts(argument(called.call, topic_at), called, handler=handler)

    def _texts(self, named: Expr | None, called: Called, *, handler: Expr) -> Iterator[tuple[str, Expr]]:
        for each in each_of(named):
            if topic := self._origins.text(each, called.scope):
                yield topic, handler


def _receiver(called: Called) -> str:
    """What a method is called on, by its last name."""
    function = called.call.function
    return (
        last_name(function.of) if isinstance(function, Attribute) and isinstance(function.of, Name | Attribute) else ""
    )
