"""What Go code does to the world: databases, network, files, processes, clock, randomness; requests and messages."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.model import Access, Attribute, Effect, Expr, FileFacts
from weighbridge.facts.recognise._effect_table import EffectTable
from weighbridge.facts.recognise._origins import Called, Origins, argument, calls, named_argument

_TABLE: Final = EffectTable(name="go_effects.toml")
_REQUESTS: Final = {
    "Get": ("GET", 0),
    "Head": ("HEAD", 0),
    "Post": ("POST", 0),
    "PostForm": ("POST", 0),
}
_CLIENTS: Final = ("net/http.Client", "net/http.DefaultClient", "net/http")
_RESTY: Final = "github.com/go-resty/resty"
_MESSAGES: Final = frozenset(
    {
        "github.com/IBM/sarama.ProducerMessage",
        "github.com/Shopify/sarama.ProducerMessage",
        "github.com/segmentio/kafka-go.Message",
        "github.com/segmentio/kafka-go.Writer",
        "github.com/segmentio/kafka-go.WriterConfig",
    }
)


def _recognise(facts: FileFacts) -> Recognised:
    origins = Origins(facts)
    effects: dict[Effect, None] = {}
    accesses: dict[Access, None] = {}
    for called in calls(facts):
        origin = origins.of(called.call.function, called.scope)
        effect = _effect(called, origin)
        if effect is not None:
            effects[effect] = None
        if "/" in origin:
            accesses.update(dict.fromkeys(_accesses(called, origin, origins=origins)))
    return Recognised(effects=tuple(effects), accesses=tuple(accesses))


def split_origin(origin: str) -> tuple[str, str]:
    """(package, member) of an origin: the package ends at the first dot behind the last slash, or at a version's dot."""
    slash = origin.rfind("/") + 1
    dot = origin.find(".", slash)
    if origin.startswith(".go.", dot):
        dot += 3
    return (origin[:dot], origin[dot + 1 :]) if dot > 0 else (origin, "")


def _effect(called: Called, origin: str) -> Effect | None:
    package, member = split_origin(origin)
    kind = _TABLE.kind(package, member) if member else None
    function = called.call.function
    if kind is None and isinstance(function, Attribute):
        kind = _TABLE.kind_anywhere(function.name)
        origin = origin or function.name
    return Effect(kind, called.scope, called.line, origin) if kind else None


def _accesses(called: Called, origin: str, *, origins: Origins) -> Iterator[Access]:
    request = _request(called, origin, origins=origins)
    if request:
        yield Access("requests", request, called.scope, called.line)
    topic = _topic(called, origin, origins=origins)
    if topic:
        yield Access("publishes", topic, called.scope, called.line)


def _request(called: Called, origin: str, *, origins: Origins) -> str:
    """`GET https://host/path` of a call that sends or makes a request, when its URL can be told."""
    owner, _, name = origin.rpartition(".")
    call, scope = called.call, called.scope
    method: str | None
    url: Expr | None
    if origin in ("net/http.NewRequest", "net/http.NewRequestWithContext"):
        first = int(name == "NewRequestWithContext")
        method, url = _method(argument(call, first), scope, origins=origins), argument(call, first + 1)
    elif owner in _CLIENTS and name in _REQUESTS:
        method, at = _REQUESTS[name]
        url = argument(call, at)
    elif origin.startswith(_RESTY) and name in ("Get", "Post", "Put", "Patch", "Delete", "Head") and ".R" in owner:
        method, url = name.upper(), argument(call, 0)
    else:
        return ""
    text = origins.text(url, scope)
    return f"{method} {text}" if text else ""


def _method(expr: Expr | None, scope: int, *, origins: Origins) -> str:
    text = origins.text(expr, scope)
    if text is not None:
        return text.upper() or "GET"
    name = origins.of(expr, scope).rpartition(".")[2]
    return name.removeprefix("Method").upper() if name.startswith("Method") else "ANY"


def _topic(called: Called, origin: str, *, origins: Origins) -> str:
    """The topic of a message that a call makes or sends."""
    name = origin.rpartition(".")[2]
    if origin in _MESSAGES:
        return origins.text(named_argument(called.call.arguments, "Topic"), called.scope) or ""
    if origin.startswith("github.com/nats-io/") and name in ("Publish", "PublishMsg", "Request", "PublishAsync"):
        texts = (origins.text(argument(called.call, at), called.scope) for at in (0, 1))
        return next((text for text in texts if text), "")
    if "amqp" in origin and name in ("Publish", "PublishWithContext"):
        first = int(name == "PublishWithContext")
        exchange, key = (origins.text(argument(called.call, first + at), called.scope) for at in (0, 1))
        return key or exchange or ""
    return ""


RECOGNISER: Final = Recogniser(languages=("go",), version=1, recognise=_recognise)
