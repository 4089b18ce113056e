"""The topics and queues that JavaScript publishes to."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.model import Attribute, Call, Expr, Name
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._javascript_origins import each_of, option, package_of
from weighbridge.facts.recognise._origins import Called, Origins, argument

_DESCRIBED: Final = {
    "@aws-sdk/client-sqs.SendMessageCommand": "QueueUrl",
    "@aws-sdk/client-sqs.SendMessageBatchCommand": "QueueUrl",
    "@aws-sdk/client-sns.PublishCommand": "TopicArn",
}
"""By origin: the option of the first argument that names the topic."""

_NAMED: Final = {
    "sendToQueue": (0, ("amqplib",)),
    "publish": (0, ("nats", "redis", "ioredis", "mqtt")),
    "emit": (0, ("@nestjs/microservices",)),
    "send": (0, ("@nestjs/microservices",)),
}
"""By method: where the topic stands, and the packages whose objects have it."""

_QUEUES: Final = frozenset(
    {"bullmq.Queue.add", "bullmq.Queue.addBulk", "bull.add", "bull.Queue.add", "bee-queue.createJob"}
)


PUBLISHING: Final = frozenset(
    {
        "kafkajs",
        "@google-cloud/pubsub",
        *map(package_of, (*_DESCRIBED, *_QUEUES)),
        *(p for _, ps in _NAMED.values() for p in ps),
    }
)
"""The packages whose calls may publish something."""


def published(called: Called, origin: str, *, origins: Origins) -> Iterator[str]:
    """The topics that a call publishes to, where it says them."""
    call, scope = called.call, called.scope
    name = last_name(call.function)
    package = package_of(origin)
    named: Expr | None = None
    if origin.startswith("kafkajs.Kafka.producer.send"):
        described = argument(call, 0)
        batch = each_of(option(described, "topicMessages"))
        for each in (described, *batch):
            yield from _texts(option(each, "topic"), scope, origins=origins)
        return
    if origin in _DESCRIBED:
        named = option(argument(call, 0), _DESCRIBED[origin])
    elif origin in _QUEUES:
        yield from _made_with(call, scope, origins=origins)
        return
    elif package == "amqplib" and name == "publish":
        named = argument(call, 1) or argument(call, 0)
    elif name in _NAMED and package in _NAMED[name][1]:
        named = argument(call, _NAMED[name][0])
        named = option(named, "cmd") or named
    elif origin.startswith("@google-cloud/pubsub.PubSub.topic.publish") and isinstance(call.function, Attribute):
        yield from _made_with(call, scope, origins=origins)
        return
    yield from _texts(named, scope, origins=origins)


def _made_with(call: Call, scope: int, *, origins: Origins) -> Iterator[str]:
    """The text that the receiver of a call was made with: `new Queue("mail")`, `pubsub.topic("mail")`."""
    made: Expr | None = call.function.of if isinstance(call.function, Attribute) else None
    if isinstance(made, Name) and (found := origins.bound(made.id, scope)) is not None:
        scope, made = found
    if isinstance(made, Call):
        yield from _texts(argument(made, 0), scope, origins=origins)


def _texts(named: Expr | None, scope: int, *, origins: Origins) -> Iterator[str]:
    text = origins.text(named, scope)
    if text:
        yield text
