"""What is tried again when it fails, and whether anything ends that."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import walk, without_lines
from weighbridge.facts.model import Attempt, Call, Caught, Collection, Condition, Definition, Either, Expr, Name, Number
from weighbridge.facts.names import dotted, imported_names
from weighbridge.landscape.functions import function_around
from weighbridge.landscape.resources.limits.loops import Endless, endless_loops
from weighbridge.landscape.resources.limits.reading import OUTSIDE, Reading, Use, method_of, spelled
from weighbridge.landscape.resources.limits.seen import Spot

KIND: Final = "retry"
_PAUSES: Final = frozenset({"sleep", "wait", "delay", "settimeout", "after", "backoff", "pause", "nextbackoff", "park"})
_LEAVES: Final = LatePattern(r"\b(?:return|break|raise|throw|panic)\b")
_ENDS: Final = LatePattern(
    r"\b(?:return|raise|throw|panic|os\.Exit|sys\.exit|process\.exit|System\.exit|log\.Fatal\w*)\b|\bbreak\b"
)
_STOPPED: Final = LatePattern(r"\.Done\(\)|\.Err\(\)|isInterrupted|aborted|is_set\(\)", re.I)
_DECORATORS: Final = {
    "tenacity.retry": ("stop",),
    "backoff.on_exception": ("max_tries", "max_time"),
    "backoff.on_predicate": ("max_tries", "max_time"),
}
_POSITIONS: Final = {"tenacity.retry": 1, "backoff.on_exception": 9, "backoff.on_predicate": 9}
_FOREVER: Final = {"github.com/avast/retry-go.UntilSucceeded", "github.com/avast/retry-go/v4.UntilSucceeded"}
_LIBRARIES: Final = ("async-retry", "p-retry", "promise-retry", "retry")


def retries(reading: Reading) -> Iterator[Spot]:
    """What a file tries again for as long as it fails."""
    yield from _loops(reading)
    yield from _recursions(reading)
    yield from _declared(reading)


def _loops(reading: Reading) -> Iterator[Spot]:
    facts = reading.facts
    if not any(each.kind in OUTSIDE for each in facts.effects):
        return
    for loop in endless_loops(reading):
        effect = next(iter(reading.outside_between(loop.first, loop.last)), None)
        if effect is None:
            continue
        is_found = _goes_on_go(reading, loop) if facts.language == "go" else _goes_on(reading, loop)
        if is_found:
            pause = "" if _pauses(reading, loop) else ", and without a pause"
            yield Spot(
                kind=KIND,
                about=effect.via,
                symbol=reading.symbol(effect.scope),
                line=loop.first,
                scope=effect.scope,
                text=loop.body.encode(),
                words=f"`{effect.via}` is tried again for as long as it fails{pause}",
                is_grave=bool(pause),
            )


def _goes_on(reading: Reading, loop: Endless) -> bool:
    """Whether a loop ends where what it tries succeeds, and only there."""
    if _STOPPED.search(loop.body):
        return False
    attempts = [
        each for each in reading.facts.attempts if each.caught and loop.first < each.first and each.last <= loop.last
    ]
    return any(_only_success_ends(reading, loop, tried=each) for each in attempts)


def _only_success_ends(reading: Reading, loop: Endless, *, tried: Attempt) -> bool:
    effects = reading.outside_between(tried.first, tried.last)
    if not effects or not all(_falls_through(loop, each) for each in tried.caught):
        return False
    rest = loop.between(tried.last + 1, loop.last)
    for caught in tried.caught:
        rest = rest.replace(loop.between(caught.first, caught.last), "")
    ends_well = _LEAVES.search(loop.between(tried.first, tried.last)) or _LEAVES.search(rest)
    return bool(ends_well) and not _is_counted(reading, loop, tried=tried)


def _falls_through(loop: Endless, caught: Caught) -> bool:
    return caught.leaves in ("", "jump") and not _ENDS.search(loop.between(caught.first, caught.last))


def _is_counted(reading: Reading, loop: Endless, *, tried: Attempt) -> bool:
    """Whether a condition beside what is tried can end the loop."""
    last_caught = max(each.last for each in tried.caught)
    beside = (
        each
        for each in reading.facts.conditionals
        if loop.holds(each.line) and not tried.first <= each.line <= tried.last
    )
    ends = (each for each in beside if each.line < tried.first or each.line <= last_caught)
    return any(
        each.leaves in ("return", "raise") or _LEAVES.search(loop.between(each.first, each.last)) for each in ends
    )


def _goes_on_go(reading: Reading, loop: Endless) -> bool:
    """The same of Go: what fails goes on to the next turn, and no other condition ends the loop."""
    if _STOPPED.search(loop.body):
        return False
    inside = [each for each in reading.facts.conditionals if loop.holds(each.line)]
    failed = [each for each in inside if each.condition.kind == "not" and any(map(_is_fine, each.condition.parts))]
    fine = [each for each in inside if _is_fine(each.condition)]
    others = [each for each in inside if each not in failed and each not in fine]
    if any(each.leaves or _LEAVES.search(loop.between(each.first, each.last)) for each in others):
        return False
    goes_on = any("continue" in loop.between(each.first, each.last) for each in failed)
    if any(_ENDS.search(loop.between(each.first, each.last)) for each in failed):
        return False
    ends_well = any(_LEAVES.search(loop.between(each.first, each.last)) for each in fine)
    return ends_well or (goes_on and bool(_LEAVES.search(loop.body)))


def _is_fine(condition: Condition) -> bool:
    """Whether something asks that there is no error."""
    return condition.kind == "is" and condition.text.replace(" ", "").endswith("err==nil")


def _pauses(reading: Reading, loop: Endless) -> bool:
    return (
        any(method_of(use.call).lower() in _PAUSES for use in reading.uses if loop.holds(use.line)) or "<-" in loop.body
    )


def _recursions(reading: Reading) -> Iterator[Spot]:
    """Functions that call themselves again where what they tried failed."""
    facts = reading.facts
    for tried in facts.attempts:
        if not reading.outside_between(tried.first, tried.last):
            continue
        for caught in tried.caught:
            for use in reading.uses_between(caught.first, caught.last):
                if _is_own(reading, use) and not _counts_down(use.call):
                    if any(caught.first <= c.line <= caught.last for c in facts.conditionals):
                        continue
                    name = reading.symbol(use.scope)
                    yield Spot(
                        kind=KIND,
                        about=name,
                        symbol=name,
                        line=use.line,
                        scope=use.scope,
                        text=without_lines(use.call),
                        words=f"`{reading.said(use.scope)}` calls itself again for as long as it fails: until the stack ends",
                        is_grave=True,
                    )


def _is_own(reading: Reading, use: Use) -> bool:
    """Whether a call is one of the function that it stands in."""
    index = function_around(reading.facts, use.scope)
    definition = reading.facts.definitions[index]
    called = spelled(use.call.function)
    is_method = definition.kind == "method" and reading.facts.language != "java"
    return bool(definition.name) and called in (
        [f"self.{definition.name}", f"this.{definition.name}"]
        if is_method
        else [definition.name, f"this.{definition.name}"]
    )


def _counts_down(call: Call) -> bool:
    """Whether a call passes on a number that is another each time."""
    parts = (part for given in call.arguments for part in walk(given.value))
    return any(isinstance(part, Either) and any(isinstance(o, Number) for o in part.options) for part in parts)


def _declared(reading: Reading) -> Iterator[Spot]:
    """Retries of libraries that are told to go on for ever, or not told when to stop."""
    facts = reading.facts
    if facts.language == "python":
        imported = imported_names(facts)
        for index, definition in enumerate(facts.definitions):
            for decorator in definition.decorators:
                yield from _decorated(
                    reading,
                    index,
                    definition=definition,
                    decorator=decorator,
                    origin=dotted(decorator, imported).removesuffix("()"),
                )
        return
    for use in reading.uses:
        is_forever = use.origin in _FOREVER or (use.origin in _LIBRARIES and any(map(_is_forever, _values(use))))
        if is_forever:
            yield _spot(reading, use.origin, scope=use.scope, line=use.line, text=without_lines(use.call))


def _decorated(reading: Reading, index: int, *, definition: Definition, decorator: Expr, origin: str) -> Iterator[Spot]:
    wanted = _DECORATORS.get(origin)
    if wanted is None:
        return
    given = decorator.arguments if isinstance(decorator, Call) else ()
    is_bounded = any(each.name in (*wanted, "**", "*") for each in given)
    is_bounded = is_bounded or sum(not each.name for each in given) >= _POSITIONS[origin] + 1
    line = decorator.line if isinstance(decorator, Call) else definition.line
    yield _spot(reading, origin, scope=index, line=line, text=without_lines(decorator), is_bounded=is_bounded)


def _spot(reading: Reading, origin: str, *, scope: int, line: int, text: bytes, is_bounded: bool = False) -> Spot:
    name = reading.symbol(scope)
    return Spot(
        kind=KIND,
        about=origin,
        symbol=name,
        line=line,
        scope=scope,
        text=text,
        is_bounded=is_bounded,
        words=f"`{origin}` tries `{reading.said(scope) or 'this'}` again for as long as it fails: nothing is said to stop it",
    )


def _values(use: Use) -> Iterable[Collection]:
    return (each.value for each in use.call.arguments if isinstance(each.value, Collection))


def _is_forever(options: Collection) -> bool:
    held = {each.key: each.value for each in options.elements}
    retries_given = held.get("retries")
    return isinstance(retries_given, Name) and retries_given.id == "Infinity"
