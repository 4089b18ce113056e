"""Entry points that are new and tell nobody, in files whose other entry points do."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.facts.model import EntryPoint, FileFacts, Function, Name
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.functions import function_around, named_around
from weighbridge.landscape.observability.signals import Signal, SignalKind, signals, spoken

FEWEST: Final = 3
"""So many neighbours must tell somebody before it is a habit."""
_SHARE: Final = 0.8
_TELLS: Final = frozenset({"log", "metric", "span", "report"})


class Unobserved(Struct, frozen=True, kw_only=True):
    """A new entry point that gives no signal; `neighbours` of its file do, of `of` that there are."""

    point: EntryPoint
    symbol: str
    line: int
    neighbours: tuple[str, ...]
    of: int
    kind: SignalKind


class Handlers(Struct, frozen=True, dict=True):
    """What the handlers of one side of a file tell, with what they call of the same file."""

    facts: FileFacts

    @cached_property
    def _signals(self) -> Mapping[str, list[Signal]]:
        found: dict[str, list[Signal]] = {}
        for each in signals(self.facts):
            found.setdefault(each.symbol, []).append(each)
        return found

    @cached_property
    def _called(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for step in self.facts.steps:
            symbol = named_around(self.facts, step.scope)
            found.setdefault(symbol, set()).update(
                spoken(call.function).rpartition(".")[2] for call in calls_in(step.value)
            )
        return {symbol: frozenset(names) for symbol, names in found.items()}

    @cached_property
    def _telling(self) -> Mapping[str, list[Signal]]:
        """By the last part of their names, the functions of the file that give signals."""
        return {symbol.rpartition(".")[2]: found for symbol, found in self._signals.items() if symbol}

    def handler_of(self, point: EntryPoint) -> int | None:
        """The definition that an entry point runs, where it stands in this file."""
        match point.handler:
            case Function(definition=index):
                return index
            case Name(id=name):
                return self.facts.only(name)
        return None

    def told_by(self, index: int) -> list[Signal]:
        """The signals of a definition, and of the functions of this file that it calls."""
        symbol = self.facts.qualified_name(function_around(self.facts, index))
        if self.facts.definitions[index].kind == "lambda":
            definition = self.facts.definitions[index]
            own = [
                s for found in self._signals.values() for s in found if definition.line <= s.line <= definition.end_line
            ]
        else:
            own = self._signals.get(symbol, [])
        called = self._called.get(symbol, frozenset())
        return own or [signal for name in called for signal in self._telling.get(name, ())]

    def points(self) -> Iterator[tuple[EntryPoint, int]]:
        """The entry points whose handlers stand here, each handler once."""
        seen: set[int] = set()
        for each in self.facts.entry_points:
            index = self.handler_of(each) if each.kind in ("http", "job", "consumer") else None
            if index is not None and index not in seen and self.facts.definitions[index].end_line > 0:
                seen.add(index)
                yield each, index


def unobserved(base: FileFacts | None, head: FileFacts) -> Iterator[Unobserved]:
    """The new entry points of a file that tell nobody where nearly all that were there do."""
    if base is None or not head.entry_points:
        return
    old = {(each.kind, each.key) for each in base.entry_points}
    here = Handlers(head)
    every = list(here.points())
    new = [(point, index) for point, index in every if (point.kind, point.key) not in old]
    if not new:
        return
    kept = [(point, here.told_by(index)) for point, index in every if (point.kind, point.key) in old]
    known = {head.qualified_name(at) for at in range(len(head.definitions))} & {
        base.qualified_name(at) for at in range(len(base.definitions))
    }
    for kind in SignalKind:
        tells = [point.key for point, found in kept if any(each.kind is kind for each in found)]
        if len(tells) < FEWEST or len(tells) < _SHARE * len(kept):
            continue
        for point, index in new:
            symbol = head.qualified_name(index)
            definition = head.definitions[index]
            if not here.told_by(index) and symbol not in known and definition.end_line - definition.line >= 2:
                yield Unobserved(
                    point=point, symbol=symbol, line=definition.line, neighbours=tuple(tells), of=len(kept), kind=kind
                )
        return
