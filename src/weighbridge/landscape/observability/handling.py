"""What the handlers of a file did with what they caught: who was told, and how."""

from msgspec import Struct

from weighbridge.facts.model import FileFacts
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.functions import named_around
from weighbridge.landscape.observability.handlers import Handlers
from weighbridge.landscape.observability.signals import Signal, signals, spoken


class Told(Struct, frozen=True, kw_only=True):
    """A handler that told somebody; `words` say how, `types` are what it catches."""

    symbol: str
    types: str
    called: frozenset[str]
    first: int
    last: int
    words: str
    signals: tuple[Signal, ...]


def told_by(facts: FileFacts) -> dict[str, list[Told]]:
    """The handlers that raise, or give a signal, by the function they stand in."""
    by_line: dict[int, list[Signal]] = {}
    for each in signals(facts):
        by_line.setdefault(each.line, []).append(each)
    handlers = Handlers(facts)
    found: dict[str, list[Told]] = {}
    for attempt, caught in handlers.all():
        steps = handlers.between(attempt.first, attempt.last)
        if not steps:
            continue
        every = [s for n in range(caught.first, caught.last + 1) for s in by_line.get(n, ())]
        given = sorted(every, key=lambda each: each.is_loud, reverse=True)
        raises = any(step.kind == "raise" for step in handlers.between(caught.first, caught.last))
        if given or raises:
            symbol = named_around(facts, steps[0].scope)
            told = Told(
                symbol=symbol,
                types=" ".join(caught.types.split()),
                called=frozenset(spoken(call.function) for step in steps for call in calls_in(step.value)),
                first=caught.first,
                last=caught.last,
                words=f"`{given[0].spoken}` told of it" if given else "it was raised",
                signals=tuple(given),
            )
            found.setdefault(symbol, []).append(told)
    return found
