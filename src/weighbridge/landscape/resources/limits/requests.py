"""What a file knows to come from outside: the parameters of what serves requests."""

from collections.abc import Iterator

from weighbridge.facts.model import Function
from weighbridge.facts.names import last_name
from weighbridge.landscape.resources.limits.reading import Reading

_SERVING = ("http", "consumer")
_GIVEN = ("flask.request", "quart.request", "bottle.request")
_OWN = frozenset({"self", "cls", "this", "res", "response", "next", "db", "session", "ctx"})


def request_names(reading: Reading) -> frozenset[str]:
    """The names that stand for a request, or for what came with it, in the functions that serve requests."""
    facts = reading.facts
    found = {each.alias for each in facts.imports if f"{each.module}.{each.name}" in _GIVEN}
    for index in serving_functions(reading):
        found.update(each.name for each in facts.definitions[index].parameters)
    return frozenset(found - _OWN)


def serving_functions(reading: Reading) -> Iterator[int]:
    """The functions of a file that a route or a topic is given to."""
    facts = reading.facts
    named = {
        definition.name: index
        for index, definition in enumerate(facts.definitions)
        if definition.kind in ("function", "method")
    }
    for entry in facts.entry_points:
        if entry.kind not in _SERVING:
            continue
        if isinstance(entry.handler, Function):
            yield entry.handler.definition
        elif (index := named.get(last_name(entry.handler))) is not None:
            yield index
