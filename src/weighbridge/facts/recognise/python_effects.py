"""What Python code does to the world: its effects, the HTTP operations it requests, the topics it speaks on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.mentions import Outline
from weighbridge.facts.model import Attribute, Call, Effect, EffectKind, Expr, FileFacts, Name
from weighbridge.facts.names import imported_names, last_name
from weighbridge.facts.recognise._python_effect_table import EffectTable, effect_table
from weighbridge.facts.recognise._python_reading import Reading, Site, read
from weighbridge.facts.recognise._python_requests import REQUESTED, requests
from weighbridge.facts.recognise._python_topics import ANYWHERE, SPOKEN, topics


def recognise(facts: FileFacts) -> Recognised:
    """Effects once for each definition and call name, operations and topics where they can be seen."""
    reading = read(facts, telling=effect_table().telling | ANYWHERE.keys())
    return Recognised(
        effects=tuple(_effects(reading)),
        accesses=(*requests(reading), *topics(reading)),
    )


def may_have_effects(facts: FileFacts, outline: Outline) -> bool:
    """Whether an import can lead to anything that is known, or a name is mentioned that tells by itself."""
    mentioned = outline.mentions.keys()
    if effect_table().is_told(mentioned) or not mentioned.isdisjoint(ANYWHERE):
        return True
    for origin in imported_names(facts).values():
        for members in _ways_from(origin):
            if mentioned >= members:
                return True
    return False


@lru_cache(maxsize=1 << 14)
def _ways_from(origin: str) -> tuple[frozenset[str], ...]:
    """The members that must be named to come from what was imported to each known name; none where it lies at or below one."""
    known = _known_names().get(origin.partition(".")[0], ())
    names = (name for name in known if f"{origin}.".startswith(f"{name}.") or name.startswith(f"{origin}."))
    return tuple(frozenset(name[len(origin) :].split(".")[1:]) for name in names)


@cache
def _known_names() -> Mapping[str, Sequence[str]]:
    """By their first word, the dotted names at the beginning of every origin that tells something."""
    found: dict[str, list[str]] = {}
    for name in sorted({*effect_table().names(), *REQUESTED, *SPOKEN}):
        found.setdefault(name.partition(".")[0], []).append(name)
    return found


def _effects(reading: Reading) -> Iterator[Effect]:
    table = effect_table()
    own = cache(lambda: _own_names(reading.facts))
    seen: set[tuple[int, str]] = set()
    for site in reading.sites:
        kind, via = _effect(table, site, own=own)
        if kind is None or (site.scope, via) in seen or _continues_chain(reading, table, site=site):
            continue
        seen.add((site.scope, via))
        yield Effect(kind, site.scope, site.line, via)


def _continues_chain(reading: Reading, table: EffectTable, *, site: Site) -> bool:
    """Whether the call is made on the result of one that shows the same effect: `session.query(…).filter(…)`."""
    inner: Expr = site.call.function
    while type(inner) is Attribute:
        inner = inner.of
    if type(inner) is not Call:
        return False
    origin = reading.origin(inner.function, site.scope)
    return bool(origin) and (table.of_method(origin) or table.of_function(origin)) is not None


def _effect(table: EffectTable, site: Site, *, own: Callable[[], frozenset[str]]) -> tuple[EffectKind | None, str]:
    """The kind of effect and the name that shows it."""
    if site.origin:
        kind = table.of_method(site.origin) if "()" in site.origin else table.of_function(site.origin)
        if kind is not None:
            return kind, site.origin.replace("()", "")
    called = site.call.function
    if type(called) is Name and not site.origin:
        kind = table.of_function(called.id)
        return (kind, called.id) if kind is not None and called.id not in own() else (None, "")
    if type(called) is not Attribute:
        return None, ""
    receiver = last_name(called.of)
    via = f"{receiver}.{called.name}" if receiver else called.name
    if not site.origin and (receiver, called.name) in table.named:
        return table.named[receiver, called.name], via
    return table.anywhere.get(called.name), via


def _own_names(facts: FileFacts) -> frozenset[str]:
    """Names the file gives a meaning of its own, which are then no builtins."""
    found = {definition.name for definition in facts.definitions}
    found.update(parameter.name for definition in facts.definitions for parameter in definition.parameters)
    found.update(step.target.id for step in facts.steps if type(step.target) is Name)
    return frozenset(found)


RECOGNISER: Final = Recogniser(languages=("python",), version=1, recognise=recognise, may_concern=may_have_effects)
