"""Goroutines that nothing ends, and loops of async code that never give way."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Call, Item, Name, Opaque, Step
from weighbridge.landscape.resources.limits.loops import Endless, endless_loops
from weighbridge.landscape.resources.limits.reading import SCRIPTS, Reading
from weighbridge.landscape.resources.limits.seen import Spot

_MOST: Final = 1_000
"""Sends of one file that are looked at."""
KIND: Final = "task"
SPINNING: Final = "spinning"
CONTEXT: Final = "context"
ABANDONED: Final = "abandoned"
_ENDS: Final = LatePattern(
    r"\b(?:return|break|goto|panic|os\.Exit|runtime\.Goexit|log\.Fatal\w*|raise|throw)\b|\.Fatal\w*\("
)
_GIVES_WAY: Final = LatePattern(r"\bawait\b|\byield\b|\basync (?:for|with)\b")
_ASKS_CONTEXT: Final = LatePattern(r"\.Done\(\)|\.Err\(\)|\.Context\(\)")
_FOR_LIFE: Final = ("main", "init", "Main")
_STARTS: Final = LatePattern(r"\bgo\s+func\b")
_RECEIVED: Final = LatePattern(r"<-(\w+)")


def tasks(reading: Reading) -> Iterator[Spot]:
    """What a file begins and nothing ends."""
    if reading.facts.language == "go":
        yield from _goroutines(reading)
        yield from _abandoned(reading)
    elif reading.facts.language == "python" or reading.facts.language in SCRIPTS:
        yield from _spinning(reading)


def _goroutines(reading: Reading) -> Iterator[Spot]:
    """Go's loops without an end: those that no context ends any more, and those that are started aside and nothing ends."""
    for loop in endless_loops(reading):
        scope = _scope_at(reading, loop)
        definition = reading.facts.definitions[scope]
        yield Spot(
            kind=CONTEXT,
            about=reading.symbol(scope),
            symbol=reading.symbol(scope),
            line=loop.first,
            scope=scope,
            text=loop.body.encode(),
            is_bounded=bool(_ASKS_CONTEXT.search(loop.body)),
            words=f"the loop in `{reading.said(scope)}` no longer ends when its context does",
            is_usual=True,
        )
        if definition.kind != "lambda" or _ENDS.search(loop.body):
            continue
        line = reading.lines[definition.line - 1] if definition.line <= len(reading.lines) else ""
        name = reading.symbol(scope)
        if _STARTS.search(line) and name.rpartition(".")[2] not in _FOR_LIFE:
            yield Spot(
                kind=KIND,
                about=name,
                symbol=name,
                line=definition.line,
                scope=scope,
                text=loop.body.encode(),
                words=f"the goroutine that `{reading.said(scope)}` starts never ends: each call of it leaves one more",
            )


def _scope_at(reading: Reading, loop: Endless) -> int:
    """The innermost function around a loop's head."""
    best = 0
    for index, each in enumerate(reading.facts.definitions):
        if each.kind in ("function", "method", "lambda") and each.line <= loop.first and loop.last <= each.end_line:
            best = index
    return best


def _abandoned(reading: Reading) -> Iterator[Spot]:
    """Goroutines that hand their result to a channel without room, of which the other side may have gone."""
    made = {
        (step.scope, step.target.id): step
        for step in reading.facts.steps
        if step.kind == "bind" and type(step.target) is Name and _is_channel(step)
    }
    sends = (step for step in reading.facts.steps if step.kind == "bind" and isinstance(step.target, Item))
    cases = _Cases.of(reading.lines)
    for step in islice(sends, _MOST):
        if not isinstance(step.target, Item) or not isinstance(step.target.key, Opaque):
            continue
        of = step.target.of
        outer = reading.facts.definitions[step.scope].parent
        channel = made.get((outer, of.id)) if isinstance(of, Name) else None
        if channel is None or reading.facts.definitions[step.scope].kind != "lambda":
            continue
        started = reading.lines[reading.facts.definitions[step.scope].line - 1]
        if _STARTS.search(started) and not _may_give_up(reading, step) and cases.leave_early(reading, outer, of=step):
            name = reading.symbol(outer)
            room = bool(isinstance(channel.value, Call) and channel.value.arguments)
            yield Spot(
                kind=ABANDONED,
                about=f"{name} {of.id if isinstance(of, Name) else ''}",
                symbol=name,
                line=channel.line,
                scope=outer,
                text=reading.lines[step.line - 1].strip().encode(),
                is_bounded=room,
                words=f"`{of.id if isinstance(of, Name) else 'the channel'}` has no room: where `{reading.said(outer)}` leaves before it"
                f" receives, the goroutine that sends at line {step.line} waits for ever",
                is_grave=True,
            )


def _is_channel(step: Step) -> bool:
    match step.value:
        case Call(function=Item(of=Name(id="chan"))):
            return True
        case _:
            return False


def _may_give_up(reading: Reading, step: Step) -> bool:
    """Whether a send is one of several that are waited for."""
    return reading.lines[step.line - 1].lstrip().startswith("case ")


class _Cases(Struct, frozen=True):
    """The lines of `case …` that wait for a time or a context, and those that receive, by the channel."""

    waiting: list[int]
    receiving: dict[str, list[int]]

    @classmethod
    def of(cls, lines: Sequence[str]) -> "_Cases":
        """Those of a file, gone through once."""
        found = [(number, line) for number, line in enumerate(lines, 1) if line.lstrip().startswith("case ")]
        receiving: dict[str, list[int]] = {}
        for number, line in found:
            for name in _RECEIVED.findall(line):
                receiving.setdefault(name, []).append(number)
        waits = [number for number, line in found if ".Done()" in line or "time.After" in line or ".C" in line]
        return cls(waits, receiving)

    def leave_early(self, reading: Reading, outer: int, *, of: Step) -> bool:
        """Whether the function that receives does so among others, one of which makes it return: `select` with a time or a context."""
        first, last = reading.facts.definitions[of.scope].end_line, reading.facts.definitions[outer].end_line
        if not isinstance(of.target, Item) or not isinstance(of.target.of, Name):
            return False
        receives = self.receiving.get(of.target.of.id, [])
        return all(bisect_right(numbers, first) < bisect_right(numbers, last) for numbers in (self.waiting, receives))


def _spinning(reading: Reading) -> Iterator[Spot]:
    """Endless loops of async functions that never wait: nothing else is ever run again."""
    for loop in endless_loops(reading):
        scope = _scope_at(reading, loop)
        if not reading.is_async(scope) or _GIVES_WAY.search(loop.body) or _ENDS.search(loop.body):
            continue
        name = reading.symbol(scope)
        yield Spot(
            kind=SPINNING,
            about=name,
            symbol=name,
            line=loop.first,
            scope=scope,
            text=loop.body.encode(),
            words=f"the loop in `{reading.said(scope) or 'this function'}` waits for nothing and does not end: the event loop never gets to anything else",
            is_grave=True,
        )
