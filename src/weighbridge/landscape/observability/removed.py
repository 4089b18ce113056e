"""Signals that a change takes from code that stays, and those that it makes so quiet that nobody hears them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Call, Caught, Conditional, FileFacts, Step
from weighbridge.landscape.conditions import form_of
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.functions import doing_of, function_around, named_around
from weighbridge.landscape.observability.handlers import Handlers
from weighbridge.landscape.observability.handling import Told, told_by
from weighbridge.landscape.observability.signals import Level, Signal, SignalKind, names_along, signals, spoken

_TELLS: Final = LatePattern(
    r"(?i)log|warn|metric|count|report|record|track|emit|notify|alert|monitor|trace|span|fail|error|audit|instrument|observe"
)
"""Names of functions that may well tell somebody."""
_UNEQUAL: Final = LatePattern(r"^not ([\w.]+) == ([\w.]+)$")
_LONGEST: Final = 80
_SAME: Final = 0.5
"""This share of what stands around a signal must be there still, for it to be the same code."""

MOST_OF_ONE: Final = 200
"""So many signals that one function loses are looked at: what loses more was made anew."""

Doing = tuple[str, bytes, bytes]


class Removed(Struct, frozen=True, kw_only=True):
    """A signal of the base that is not given any more; `line` is where it would stand in head, `where` says in which case."""

    signal: Signal
    line: int
    where: str


class Lowered(Struct, frozen=True, kw_only=True):
    """A line of a log that is quieter now."""

    before: Signal
    after: Signal


class _Side:
    def __init__(self, facts: FileFacts) -> None:
        self.facts = facts

    @cached_property
    def signals(self) -> Mapping[str, list[Signal]]:
        found: dict[str, list[Signal]] = {}
        for each in signals(self.facts):
            found.setdefault(each.symbol, []).append(each)
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(self.facts.qualified_name(at) for at in range(len(self.facts.definitions)))

    @cached_property
    def steps(self) -> Mapping[str, list[Step]]:
        """What each function does besides giving signals."""
        loud = {(each.symbol, each.line) for found in self.signals.values() for each in found}
        found: dict[str, list[Step]] = {}
        for step in self.facts.steps:
            symbol = named_around(self.facts, step.scope)
            is_signal = step.kind == "use" and (symbol, step.line) in loud
            if not is_signal:
                found.setdefault(symbol, []).append(step)
        return found

    @cached_property
    def _doings(self) -> dict[str, frozenset[Doing]]:
        return {}

    def doings(self, symbol: str) -> frozenset[Doing]:
        if symbol not in self._doings:
            self._doings[symbol] = frozenset(doing_of(step) for step in self.steps.get(symbol, ()))
        return self._doings[symbol]

    @cached_property
    def _calls(self) -> dict[str, frozenset[str]]:
        return {}

    def calls(self, symbol: str) -> frozenset[str]:
        """What a function calls besides, as a reader would say it."""
        if symbol not in self._calls:
            self._calls[symbol] = _called(self.steps.get(symbol, ()))
        return self._calls[symbol]

    @cached_property
    def attempts(self) -> Mapping[str, list[tuple[Caught, frozenset[str]]]]:
        """The handlers by the function they stand in, with what is called where they catch."""
        found: dict[str, list[tuple[Caught, frozenset[str]]]] = {}
        for attempt, caught in self.handlers.all():
            steps = self.handlers.between(attempt.first, attempt.last)
            if steps:
                symbol = named_around(self.facts, steps[0].scope)
                found.setdefault(symbol, []).append((caught, _called(steps)))
        return found

    @cached_property
    def told(self) -> Mapping[str, list[Told]]:
        return told_by(self.facts)

    @cached_property
    def handlers(self) -> Handlers:
        return Handlers(self.facts)

    @cached_property
    def _conditionals(self) -> Mapping[str, list[Conditional]]:
        """By the function around: the narrowest definition that holds the line."""
        functions = [
            (d.line, d.end_line, at) for at, d in enumerate(self.facts.definitions) if d.kind in ("function", "method")
        ]
        found: dict[str, list[Conditional]] = {}
        stack: list[tuple[int, int, int]] = []
        waiting = sorted(functions)
        place = 0
        for each in sorted(self.facts.conditionals, key=lambda one: one.line):
            while place < len(waiting) and waiting[place][0] <= each.line:
                stack.append(waiting[place])
                place += 1
            while stack and stack[-1][1] < each.line:
                stack.pop()
            at = function_around(self.facts, stack[-1][2]) if stack else 0
            found.setdefault(self.facts.qualified_name(at), []).append(each)
        return found

    def around(self, symbol: str, line: int) -> list[Conditional]:
        """The conditionals that a line of a function stands in, the narrowest first."""
        found = [each for each in self._conditionals.get(symbol, ()) if each.first <= line <= each.last]
        return sorted(found, key=lambda each: each.last - each.first)

    @cached_property
    def _forms(self) -> dict[str, Mapping[str, list[Conditional]]]:
        return {}

    def forms(self, symbol: str) -> Mapping[str, list[Conditional]]:
        """The conditionals of a function by what they ask."""
        if symbol not in self._forms:
            found: dict[str, list[Conditional]] = {}
            for each in self._conditionals.get(symbol, ()):
                found.setdefault(str(form_of(each.condition)), []).append(each)
            self._forms[symbol] = found
        return self._forms[symbol]


class Removals:
    """What one file tells less of than before."""

    def __init__(self, base: FileFacts, head: FileFacts) -> None:
        self._base, self._head = _Side(base), _Side(head)

    def all(self) -> Iterator[Removed | Lowered]:
        """What is gone and what is quieter, function by function."""
        for symbol, before in self._base.signals.items():
            after = self._head.signals.get(symbol, [])
            if symbol not in self._head.names or [_telling(each) for each in before] == [
                _telling(each) for each in after
            ]:
                continue
            gone, come = _unmatched(before, after)
            yield from _lowered(before, after)
            loud = [each for each in gone if each.is_loud]
            spare = sum(each.is_loud for each in come) if not self._tellers(symbol) else len(loud)
            for each in loud[: max(0, min(len(loud), MOST_OF_ONE) - spare)]:
                if (removed := self._removed(symbol, each)) is not None:
                    yield removed

    def _tellers(self, symbol: str) -> int:
        """How many more calls there are that may tell somebody, by their names."""
        new = _tellers(self._head.steps.get(symbol, ())) - _tellers(self._base.steps.get(symbol, ()))
        return len(new)

    def _removed(self, symbol: str, signal: Signal) -> Removed | None:
        handler = next((t for t in self._base.told.get(symbol, ()) if t.first <= signal.line <= t.last), None)
        if handler is not None:
            return self._of_handler(symbol, signal, handler=handler)
        for each in self._base.around(symbol, signal.line):
            held = [s for s in self._base.steps.get(symbol, ()) if each.line < s.line <= each.last]
            form = str(form_of(each.condition))
            before, after = self._base.forms(symbol)[form], self._head.forms(symbol).get(form, [])
            if len(after) >= len(before):
                place = before.index(each)
                is_same = self._stays(symbol, held) and self._asks_still(symbol, each)
                return (
                    Removed(signal=signal, line=after[place].line, where=f"where `{_quoted(form)}`")
                    if is_same
                    else None
                )
            if held or not self._asks_still(symbol, each):
                return None
        steps = self._base.steps.get(symbol, ())
        if not steps or not self._stays(symbol, steps):
            return None
        return Removed(signal=signal, line=self._line(symbol), where="")

    def _of_handler(self, symbol: str, signal: Signal, *, handler: Told) -> Removed | None:
        head = self._head.handlers
        for caught, now in self._head.attempts.get(symbol, ()):
            if " ".join(caught.types.split()).partition(" as ")[0] != handler.types.partition(" as ")[0]:
                continue
            if not now & handler.called:
                continue
            inside = head.between(caught.first, caught.last)
            if any(step.kind == "raise" for step in inside) or _tellers(inside):
                return None
            loud = (each for each in self._head.signals.get(symbol, ()) if each.is_loud)
            if not any(caught.first <= each.line <= caught.last for each in loud):
                types = handler.types.partition(" as ")[0].strip("()") or "error"
                return Removed(signal=signal, line=caught.first, where=f"where {types} is caught")
        return None

    def _stays(self, symbol: str, steps: Sequence[Step]) -> bool:
        after = self._head.doings(symbol)
        kept = sum(doing_of(step) in after for step in steps)
        return not steps or kept >= _SAME * len(steps)

    def _asks_still(self, symbol: str, conditional: Conditional) -> bool:
        """Whether what a condition asks about is done still: the calls on its line, and on the one above."""
        near = [s for s in self._base.steps.get(symbol, ()) if 0 <= conditional.line - s.line <= 1]
        made, now = _called(near), self._head.calls(symbol)
        return made <= now

    def _line(self, symbol: str) -> int:
        at = self._head.facts.only(symbol)
        return self._head.facts.definitions[at].line if at is not None else 1


def _called(steps: Sequence[Step]) -> frozenset[str]:
    return frozenset(spoken(call.function) for step in steps for call in calls_in(step.value))


def _quoted(form: str) -> str:
    turned = _UNEQUAL.sub(r"\1 != \2", form)
    return turned if len(turned) <= _LONGEST else f"{turned[:_LONGEST]}…"


def _telling(signal: Signal) -> tuple[str, str, str]:
    return signal.spoken, signal.level, signal.words


def _unmatched(before: Sequence[Signal], after: Sequence[Signal]) -> tuple[list[Signal], list[Signal]]:
    """What of each side has no counterpart of its kind: by its words, then by its name, then of any level."""
    gone, come = list(before), list(after)
    for key in (
        _telling,
        lambda each: (each.kind, each.words),
        lambda each: (each.kind, each.level),
        lambda each: each.kind,
    ):
        waiting: dict[object, list[Signal]] = {}
        for each in come:
            waiting.setdefault(key(each), []).append(each)
        left: list[Signal] = []
        for each in gone:
            if queue := waiting.get(key(each)):
                queue.pop(0)
            else:
                left.append(each)
        gone, come = left, [each for queue in waiting.values() for each in queue]
    return gone, come


def _lowered(before: Sequence[Signal], after: Sequence[Signal]) -> Iterator[Lowered]:
    """Lines of a log whose words are the same, once on either side, and that were an error and are none."""
    for each in before:
        if each.kind is not SignalKind.LOG or not each.words or each.level is not Level.ERROR:
            continue
        same = [one for one in after if one.words == each.words]
        once = sum(one.words == each.words for one in before) == 1 == len(same)
        if once and same[0].kind is SignalKind.LOG and same[0].level.rank < Level.WARNING.rank:
            yield Lowered(before=each, after=same[0])


def _tellers(steps: Sequence[Step]) -> frozenset[str]:
    found = (call for step in steps for call in calls_in(step.value))
    return frozenset(name for call in found if (name := _last(call)) and _TELLS.search(name))


def _last(call: Call) -> str:
    return (names_along(call.function)[-1:] or [""])[0]


def moved_words(before: Sequence[FileFacts], after: Sequence[FileFacts]) -> frozenset[str]:
    """The words that some function gives a signal by, or one more, and did not before."""
    old, new = (
        Counter((each.symbol, each.words) for facts in side for each in signals(facts) if each.words)
        for side in (before, after)
    )
    return frozenset(words for _, words in new - old)


KINDS: Final = {
    SignalKind.METRIC: "counts",
    SignalKind.SPAN: "traces",
    SignalKind.REPORT: "reports",
    SignalKind.LOG: "logs",
}
"""What code does that gives such a signal."""
