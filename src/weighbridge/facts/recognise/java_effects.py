"""What Java code does to the world: databases, network, files, processes, clock, randomness; requests and messages."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.model import Access, Attribute, Call, Effect, EffectKind, Expr, FileFacts, Name
from weighbridge.facts.recognise._effect_table import EffectTable
from weighbridge.facts.recognise._origins import Called, Origins, argument, calls

_TABLE: Final = EffectTable(name="java_effects.toml")
_REPOSITORIES: Final = ("Repository", "Dao", "DAO")
_TEMPLATES: Final = ("RestTemplate", "RestOperations", "TestRestTemplate")
_TEMPLATE_METHODS: Final = {
    "getForObject": "GET",
    "getForEntity": "GET",
    "postForObject": "POST",
    "postForEntity": "POST",
    "postForLocation": "POST",
    "patchForObject": "PATCH",
    "put": "PUT",
    "delete": "DELETE",
    "headForHeaders": "HEAD",
}
_BUILDERS: Final = ("java.net.http.HttpRequest.newBuilder", "okhttp3.Request.Builder")
_FLUENT: Final = ("WebClient", "RestClient")
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"})
_LONGEST_CHAIN: Final = 50


class _World:
    """Names the classes that a file's origins mean, those of `java.lang` and of wildcard imports included."""

    def __init__(self, facts: FileFacts) -> None:
        self.packages = ["java.lang", *(each.module for each in facts.imports if each.name == "*")]

    def kind(self, origin: str) -> EffectKind | None:
        """The effect of a call with this origin."""
        kind = self._of(origin)
        if kind is None and origin[:1].isupper():
            kind = next((found for package in self.packages if (found := self._of(f"{package}.{origin}"))), None)
        owner = origin.rpartition(".")[0]
        if kind is None and owner.rpartition(".")[2].endswith(_REPOSITORIES) and "(" not in owner:
            return "database"
        return kind

    def _of(self, origin: str) -> EffectKind | None:
        owner, _, member = origin.rpartition(".")
        found = _TABLE.kind(owner, member) or _TABLE.kind(origin, "new")
        if found is None:
            outer, _, first = owner.rpartition(".")
            found = _TABLE.kind(outer, f"{first}.{member}")
        return found


def _recognise(facts: FileFacts) -> Recognised:
    origins = Origins(facts)
    world = _World(facts)
    effects: dict[Effect, None] = {}
    accesses: dict[Access, None] = {}
    for called in calls(facts):
        origin = origins.of(called.call.function, called.scope)
        kind = world.kind(origin) if origin else None
        if kind is not None:
            effects[Effect(kind, called.scope, called.line, origin)] = None
        accesses.update(dict.fromkeys(_accesses(called, origin, origins=origins)))
    return Recognised(effects=tuple(effects), accesses=tuple(accesses))


def _accesses(called: Called, origin: str, *, origins: Origins) -> Iterator[Access]:
    request = _request(called, origin, origins=origins)
    if request:
        yield Access("requests", request, called.scope, called.line)
    topic = _topic(called, origin, origins=origins)
    if topic:
        yield Access("publishes", topic, called.scope, called.line, "${" not in topic)


def _request(called: Called, origin: str, *, origins: Origins) -> str:
    """`GET https://host/path` of a call that sends or makes a request, when its URL can be told."""
    owner, _, name = origin.rpartition(".")
    kind = owner.rpartition(".")[2]
    url = argument(called.call, 0)
    method = ""
    if kind in _TEMPLATES:
        method = _TEMPLATE_METHODS.get(name, "")
        if name == "exchange":
            verb = argument(called.call, 1)
            method = verb.name if isinstance(verb, Attribute) else "ANY"
    elif name == "uri" and any(f"{each}." in origin for each in _FLUENT):
        method = kind.upper() if kind.upper() in _METHODS else "ANY"
    elif name == "build" and origin.startswith(_BUILDERS):
        method, url = _built(called.call)
    text = origins.text(_written_url(url), called.scope) if method else None
    return f"{method} {text}" if text else ""


def _built(call: Call) -> tuple[str, Expr | None]:
    """(method, URL) that a chain of a request's builder says."""
    method, url = "GET", None
    expr: Expr = call
    for _ in range(_LONGEST_CHAIN):
        match expr:
            case Call(function=Attribute(of=of, name=name)):
                if name.upper() in _METHODS:
                    method = name.upper()
                if name in ("uri", "url", "newBuilder"):
                    url = argument(expr, 0) or url
                expr = of
            case _:
                break
    return method, url


def _written_url(expr: Expr | None) -> Expr | None:
    """The string in `URI.create("…")` or `new URL("…")`."""
    match expr:
        case Call(function=Attribute(of=Name(id="URI"), name="create") | Name(id="URI" | "URL")):
            return argument(expr, 0)
    return expr


def _topic(called: Called, origin: str, *, origins: Origins) -> str:
    """The topic of a message that a call makes or sends."""
    owner, _, name = origin.rpartition(".")
    kind = owner.rpartition(".")[2]
    at = -1
    if (
        (kind == "KafkaTemplate" and name == "send")
        or (kind == "StreamBridge" and name == "send")
        or origin == "org.apache.kafka.clients.producer.ProducerRecord"
    ):
        at = 0
    elif kind in ("RabbitTemplate", "AmqpTemplate") and name == "convertAndSend":
        at = 1 if argument(called.call, 2) is not None else 0
    elif kind == "JmsTemplate" and name in ("convertAndSend", "send"):
        at = 0
    return (origins.text(argument(called.call, at), called.scope) or "") if at >= 0 else ""


RECOGNISER: Final = Recogniser(languages=("java",), version=1, recognise=_recognise)
