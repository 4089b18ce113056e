"""The topics and queues Python code publishes to and consumes from."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.model import Access, Collection, Expr, Text
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._python_reading import Reading, Site, argument, positionals

_PUBLISHED: Final = {
    ("kafka.KafkaProducer", "send"): ("topic", 0),
    ("aiokafka.AIOKafkaProducer", "send"): ("topic", 0),
    ("aiokafka.AIOKafkaProducer", "send_and_wait"): ("topic", 0),
    ("confluent_kafka.Producer", "produce"): ("topic", 0),
    ("celery.Celery", "send_task"): ("name", 0),
    ("redis.Redis", "publish"): ("channel", 0),
    ("redis.from_url", "publish"): ("channel", 0),
    ("google.cloud.pubsub_v1.PublisherClient", "publish"): ("topic", 0),
    ("boto3.client", "publish"): ("TopicArn", -1),
    ("boto3.client", "send_message"): ("QueueUrl", -1),
    ("boto3.client", "send_message_batch"): ("QueueUrl", -1),
    ("pika.BlockingConnection", "basic_publish"): ("routing_key", 1),
    ("faststream.kafka.KafkaBroker", "publish"): ("topic", 1),
}
"""By who made the object, and the method: the argument that names the topic, and its position."""

_CONSUMED: Final = {
    ("kafka.KafkaConsumer", "subscribe"): ("topics", 0),
    ("aiokafka.AIOKafkaConsumer", "subscribe"): ("topics", 0),
    ("confluent_kafka.Consumer", "subscribe"): ("topics", 0),
    ("boto3.client", "receive_message"): ("QueueUrl", -1),
    ("pika.BlockingConnection", "basic_consume"): ("queue", 0),
    ("google.cloud.pubsub_v1.SubscriberClient", "subscribe"): ("subscription", 0),
}

_CONSUMERS: Final = frozenset({"kafka.KafkaConsumer", "aiokafka.AIOKafkaConsumer"})
"""Classes made with the topics they consume."""

SPOKEN: Final = _CONSUMERS.union(made_by for made_by, _ in (*_PUBLISHED, *_CONSUMED))
"""The dotted names at the beginning of every origin that speaks on a topic."""

ANYWHERE: Final = {
    "basic_publish": ("publishes", "routing_key", 1),
    "basic_consume": ("consumes", "queue", 0),
    "send_and_wait": ("publishes", "topic", 0),
}
"""Methods telling enough whatever they are called on."""


def topics(reading: Reading) -> Iterator[Access]:
    """Every topic that is named where it is spoken on."""
    for site in reading.sites:
        if site.origin and "()" not in site.origin and site.origin not in _CONSUMERS:
            continue
        for kind, names in _spoken(reading, site):
            for name in names:
                if name:
                    yield Access(kind, name, site.scope, site.line, is_certain="{}" not in name)


def consumed(reading: Reading, site: Site) -> list[str]:
    """The topics that a call begins to consume."""
    return [name for kind, names in _spoken(reading, site) if kind == "consumes" for name in names if name]


def _spoken(reading: Reading, site: Site) -> Iterator[tuple[str, list[str]]]:
    if site.origin in _CONSUMERS:
        yield "consumes", [name for each in positionals(site.call) for name in _texts(reading, each, scope=site.scope)]
        return
    made_by, is_made, rest = site.origin.partition("()")
    key = (made_by, rest.rpartition(".")[2])
    for kind, table in (("publishes", _PUBLISHED), ("consumes", _CONSUMED)):
        if is_made and key in table:
            name, position = table[key]
            given = argument(site.call, name, position=position)
            yield kind, _texts(reading, given, scope=site.scope)
            return
    method = last_name(site.call.function)
    if not site.origin and method in ANYWHERE:
        kind, name, position = ANYWHERE[method]
        yield kind, _texts(reading, argument(site.call, name, position=position), scope=site.scope)


def _texts(reading: Reading, expr: Expr | None, *, scope: int) -> list[str]:
    """The texts an expression is known to be or hold."""
    value = reading.value(expr, scope) if expr is not None else None
    if isinstance(value, Collection):
        found = [reading.text(element.value, scope) for element in value.elements]
        return [text for text in found if text and text != "{}"]
    text = reading.text(value, scope) if isinstance(value, Text) else None
    return [text] if text and text != "{}" else []
