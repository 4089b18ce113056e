"""What JavaScript does to the world: its effects, the HTTP operations it requests, the topics it speaks on."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.model import Access, Attribute, Call, Effect, EffectKind, Expr, FileFacts
from weighbridge.facts.recognise._effect_table import EffectTable
from weighbridge.facts.recognise._javascript_consumers import PACKAGES, Consumers, handed_out
from weighbridge.facts.recognise._javascript_origins import ROLES, own_names, package_of, read
from weighbridge.facts.recognise._javascript_requests import REQUESTING, request
from weighbridge.facts.recognise._javascript_topics import PUBLISHING, published
from weighbridge.facts.recognise._origins import Called, Origins

_SPEAKING: Final = REQUESTING | PUBLISHING | PACKAGES
_LONGEST_NAME: Final = 200
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
        if origin == "Date" and "Date" not in self._own:
            return ("clock" if not call.arguments else None), "new Date"
        kind = None if not origin or self.is_own(origin) else self._of_package(origin)
        if kind is None and isinstance(call.function, Attribute):
            kind = _TABLE.kind_anywhere(call.function.name)
            origin = origin if origin and len(origin) < _LONGEST_NAME else call.function.name
        return kind, origin

    def _of_package(self, origin: str) -> EffectKind | None:
        """The effect that the table knows for the longest package the origin lies in."""
        end = len(origin)
        while end > 0:
            if origin[:end] in self._packages:
                kind = _TABLE.kind(origin[:end], origin[end + 1 :])
                if kind is not None:
                    return kind
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


RECOGNISER: Final = Recogniser(languages=ROLES, version=1, recognise=_recognise)
