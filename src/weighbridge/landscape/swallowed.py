"""Checks whose refusal is caught and forgotten: what they guarded is done whatever they say."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attempt, Call, Caught, Conditional, FileFacts, Function, Name, Opaque, Step
from weighbridge.facts.names import last_name
from weighbridge.landscape.conditions import form_of, names_in
from weighbridge.landscape.guards import GuardKind, function_around, guard_kind, is_unreachable, refusal_lines, spoken
from weighbridge.landscape.middleware import refusing_lines

_REFUSED: Final = LatePattern(
    r"Permission|Forbidden|Unauthori[sz]ed|AccessDenied|NotAuthenticated|NotAllowed|AuthenticationException|SecurityException"
)
"""Errors that are raised for who asks alone."""
_NEAR: Final = 3
"""So many lines below a call in Go its error is asked about."""


class Unheeded(Struct, frozen=True):
    """A check in a function, by its name and line, whose refusal changes nothing."""

    symbol: str
    check: str
    line: int


def unheeded(before: FileFacts, after: FileFacts) -> Iterator[Unheeded]:
    """The checks that were heeded in a function on the base and are not in head, each once."""
    told: set[tuple[str, str]] = set()
    named = _named(before) if after.language == "go" else None
    for found in _unheeded(after):
        at = (found.symbol, found.check)
        if at not in told and (named is None or at in named) and _heeds(before, at):
            told.add(at)
            yield found


def _heeds(facts: FileFacts, wanted: tuple[str, str]) -> bool:
    """Whether a function calls a check and does not forget what it says."""
    called = any((symbol, name) == wanted for symbol, name, _ in _checks(facts, every=True))
    return called and not any((found.symbol, found.check) == wanted for found in _unheeded(facts))


def _unheeded(facts: FileFacts) -> Iterator[Unheeded]:
    if facts.language == "go":
        yield from _dropped(facts)
        return
    refusing: frozenset[int] | None = None
    for attempt in facts.attempts:
        for caught in attempt.caught:
            if caught.leaves:
                continue
            refusing = refusal_lines(facts) | refusing_lines(facts) if refusing is None else refusing
            if not _is_forgotten(facts, caught, refusing=refusing):
                continue
            is_only = bool(_REFUSED.search(caught.types)) and _is_one_call(facts, attempt)
            for symbol, check, line in _checks(facts, every=is_only):
                is_last = attempt.first <= line <= attempt.last and _is_last(facts, attempt, line=line)
                if is_last and _goes_on(facts, attempt, symbol=symbol):
                    yield Unheeded(symbol, check, line)
    yield from _caught_by_method(facts)


def _checks(facts: FileFacts, *, every: bool) -> Iterator[tuple[str, str, int]]:
    """Each check that a function calls, of one statement; where `every` is given, each call may be one."""
    for step in facts.steps:
        if is_unreachable(facts, step.line, scope=step.scope):
            continue
        for call in (part for part in walk(step.value) if isinstance(part, Call)):
            name = spoken(call)
            if name and (every or guard_kind(name) is GuardKind.ACCESS):
                yield facts.qualified_name(function_around(facts, step.scope)), name, call.line


def _is_forgotten(facts: FileFacts, caught: Caught, *, refusing: frozenset[int]) -> bool:
    """Whether nothing that is done for an error refuses, raises, or keeps what happened."""
    lines = range(caught.first, caught.last + 1)
    if any(line in refusing for line in lines):
        return False
    steps = [step for step in facts.steps if step.line in lines]
    keeps = (step for step in steps if step.kind == "bind" and not _names_the_error(step))
    return not any(keeps) and not any(step.kind in ("raise", "return") for step in steps) and not _hands_on(steps)


def _names_the_error(step: Step) -> bool:
    return isinstance(step.value, Opaque) and isinstance(step.target, Name) and step.line > 0


def _hands_on(steps: list[Step]) -> bool:
    """Whether an error is given to what comes next, or to whoever waits for a result."""
    calls = (part for step in steps for part in walk(step.value) if isinstance(part, Call))
    return any(last_name(call.function) in ("next", "done", "reject", "callback", "cb") for call in calls)


def _is_one_call(facts: FileFacts, attempt: Attempt) -> bool:
    """Whether a single call is tried: what is caught of it, if it is for who asks alone, is a check's."""
    inside = [step for step in facts.steps if attempt.first <= step.line <= attempt.last]
    return len(inside) == 1 and sum(isinstance(part, Call) for part in walk(inside[0].value)) == 1


def _is_last(facts: FileFacts, attempt: Attempt, *, line: int) -> bool:
    """Whether nothing else is called behind a check where it is tried: that would be left out with it."""
    behind = (step for step in facts.steps if line < step.line <= attempt.last)
    return not any(isinstance(part, Call) for step in behind for part in walk(step.value))


def _goes_on(facts: FileFacts, attempt: Attempt, *, symbol: str) -> bool:
    """Whether the function does anything behind what it tried."""
    end = max(attempt.last, attempt.always_last, *(caught.last for caught in attempt.caught))
    return any(
        step.line > end and facts.qualified_name(function_around(facts, step.scope)) == symbol
        for step in facts.steps
        if step.kind != "return" or not isinstance(step.value, Opaque)
    )


def _caught_by_method(facts: FileFacts) -> Iterator[Unheeded]:
    """`await requireAdmin(user).catch(() => undefined)`."""
    for step in facts.steps:
        for part in walk(step.value):
            match part:
                case Call(function=function, arguments=(argument, *_)) if last_name(function) == "catch":
                    given = argument.value
                    if isinstance(given, Function) and _does_nothing(facts, given.definition):
                        checked = next((p for p in walk(function) if isinstance(p, Call)), None)
                        if checked is not None and guard_kind(spoken(checked)) is GuardKind.ACCESS:
                            symbol = facts.qualified_name(function_around(facts, step.scope))
                            yield Unheeded(symbol, spoken(checked), checked.line)


def _does_nothing(facts: FileFacts, index: int) -> bool:
    definition = facts.definitions[index]
    refusing = refusal_lines(facts)
    if any(definition.line <= line <= definition.end_line for line in refusing):
        return False
    steps = [step for step in facts.steps if step.scope == index]
    return not any(step.kind in ("raise", "bind") for step in steps) and not _hands_on(steps)


def _dropped(facts: FileFacts) -> Iterator[Unheeded]:
    """Go's checks whose error is given no name, or a name on which nothing depends."""
    for step in facts.steps:
        call = step.value
        if not isinstance(call, Call) or guard_kind(spoken(call)) is not GuardKind.ACCESS:
            continue
        if step.kind == "use" or (
            isinstance(step.target, Name) and not _is_asked(facts, step.target.id, line=step.line)
        ):
            yield Unheeded(facts.qualified_name(function_around(facts, step.scope)), spoken(call), step.line)


def _named(facts: FileFacts) -> frozenset[tuple[str, str]]:
    """The checks of each function whose errors are given names; one that says yes or no is asked where it stands."""
    bound = (step for step in facts.steps if step.kind == "bind" and isinstance(step.value, Call))
    return frozenset((facts.qualified_name(function_around(facts, s.scope)), spoken(s.value)) for s in bound)


def _is_asked(facts: FileFacts, name: str, *, line: int) -> bool:
    """Whether something leaves, or is refused, where a name that was just given says so."""
    near = [each for each in facts.conditionals if line <= each.line <= line + _NEAR]
    about = [each for each in near if name in names_in(form_of(each.condition))]
    refusing = refusal_lines(facts) | refusing_lines(facts) if about else frozenset()
    return not about or any(each.leaves or _refuses(each, refusing) for each in about)


def _refuses(each: Conditional, refusing: frozenset[int]) -> bool:
    return any(each.first <= line <= each.last for line in refusing)
