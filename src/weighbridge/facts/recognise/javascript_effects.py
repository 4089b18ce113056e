"""What JavaScript does to the world: its effects, the HTTP operations it requests, the topics it speaks on."""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.model import Access, Attribute, Call, Effect, EffectKind, Expr, FileFacts
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._effect_table import EffectTable
from weighbridge.facts.recognise._javascript_consumers import PACKAGES, Consumers, handed_out
from weighbridge.facts.recognise._javascript_origins import ROLES, own_names, package_of, read
from weighbridge.facts.recognise._javascript_requests import REQUESTING, request
from weighbridge.facts.recognise._javascript_topics import PUBLISHING, published
from weighbridge.facts.recognise._origins import Called, Origins

_SPEAKING: Final = REQUESTING | PUBLISHING | PACKAGES
_LASTING: Final = frozenset({"database", "network"})
"""Kinds whose effects go on through what a call gives back: a client, a connection, a query."""

_ANSWERING: Final = re.compile(
    r"(?:find|save|query|count|fetch|insert|update|delete|remove|read|send|exec|execute|upsert|aggregate|list|load)"
    r"(?![a-z])|(?:get|post|put|patch|head|request)\Z"
)
"""Methods that give data, where `create…`, `connect` and query builders give something to go on with."""

_SPACES: Final = frozenset({"promises", "webcrypto", "hrtime", "scheduler"})
_LISTENING: Final = frozenset(
    {"on", "once", "off", "addListener", "addEventListener", "removeEventListener", "removeListener"}
)
"""Methods that wait to be told: what happens then is another function's doing."""

_TABLE: Final = EffectTable(name="javascript_effects.toml")


def _recognise(facts: FileFacts) -> Recognised:
    """Effects once for each definition, line and call; operations and topics where they can be seen."""
    reading = read(facts)
    origins = reading.origins
    effects = _Effects(origins)
    consumers = Consumers(origins)
    found: dict[Effect, None] = {}
    accesses: dict[Access, None] = {}
    for called, origin in reading.called:
        effect = effects.of(called, origin)
        if effect is not None:
            found[effect] = None
        if package_of(origin) in _SPEAKING and not effects.is_own(origin):
            accesses.update(dict.fromkeys(_accesses(called, origin, origins=origins)))
            for topic, _ in consumers.consumed(called, origin):
                accesses[Access("consumes", topic, called.scope, called.line, "{}" not in topic)] = None
    accesses.update(dict.fromkeys(handed_out(origins)))
    return Recognised(effects=tuple(found), accesses=tuple(accesses))


def _accesses(called: Called, origin: str, *, origins: Origins) -> Iterator[Access]:
    requested = request(called, origin, origins=origins)
    if requested is not None:
        yield requested
    for topic in published(called, origin, origins=origins):
        yield Access("publishes", topic, called.scope, called.line, "{}" not in topic)


def _is_own_member(member: str) -> bool:
    """Whether a member is the package's own, not one of a value it once gave: `fs.readFileSync("a").slice` is a text's."""
    first, dot, _ = member.partition(".")
    return not dot or first in _SPACES or first[:1].isupper()


def _is_of_an_answer(member: str) -> bool:
    """Whether a member is one of what a query or request brought: `repository.findOne(id).tags.push`."""
    return any(_ANSWERING.match(each) for each in member.split(".")[:-1])


class _Effects:
    """The effects of one file's calls."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        self._own = own_names(origins.facts)
        self._modules = frozenset(each.partition(".")[0] for each in origins.imported.values())
        self._packages = _TABLE.packages()

    def is_own(self, origin: str) -> bool:
        """Whether an origin begins with a name that this file gives its own meaning, so that it is not the platform's."""
        if origin.partition(".")[0] not in self._own:
            return False
        return origin.partition(".")[0] not in self._modules

    def of(self, called: Called, origin: str) -> Effect | None:
        """The effect of a call; a chain of calls has it where the chain begins."""
        kind, via = self._kind(called.call, origin)
        if kind is None or self._continues(called, kind):
            return None
        return Effect(kind, called.scope, called.line, via)

    def _kind(self, call: Call, origin: str) -> tuple[EffectKind | None, str]:
        name = last_name(call.function)
        if name in _LISTENING:
            return None, ""
        if origin == "Date" and "Date" not in self._own:
            return ("clock" if not call.arguments else None), "new Date"
        kind = None if not origin or self.is_own(origin) else self._of_package(origin)
        if kind is None and isinstance(call.function, Attribute):
            receiver = last_name(call.function.of)
            return _TABLE.kind_anywhere(name), f"{receiver}.{name}" if receiver else name
        return kind, origin

    def _of_package(self, origin: str) -> EffectKind | None:
        """The effect that the table knows for the longest package the origin lies in."""
        end = len(origin)
        while end > 0:
            if origin[:end] in self._packages:
                member = origin[end + 1 :]
                kind = _TABLE.kind(origin[:end], member)
                if kind is not None:
                    counts = not _is_of_an_answer(member) if kind in _LASTING else _is_own_member(member)
                    return kind if counts else None
            end = origin.rfind(".", 0, end)
        return None

    def _continues(self, called: Called, kind: EffectKind) -> bool:
        """Whether the call is made on the result of one that shows the same effect: `knex("orders").where(…)`."""
        inner: Expr = called.call.function
        while isinstance(inner, Attribute):
            inner = inner.of
        if not isinstance(inner, Call):
            return False
        return self._kind(inner, self._origins.of(inner.function, called.scope))[0] == kind


RECOGNISER: Final = Recogniser(languages=ROLES, version=2, recognise=_recognise)
