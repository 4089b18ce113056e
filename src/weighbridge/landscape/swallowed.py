"""Checks whose refusal is caught and forgotten: what they guarded is done whatever they say."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Attempt, Call, Caught, Conditional, FileFacts, Function, Name, Opaque, Step
from weighbridge.facts.names import last_name
from weighbridge.landscape.conditions import form_of, names_in
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.functions import named_around
from weighbridge.landscape.guards import GuardKind, guard_kind, is_unreachable, refusal_lines, spoken
from weighbridge.landscape.middleware import refusing_lines

_REFUSED: Final = LatePattern(
    r"Permission|Forbidden|Unauthori[sz]ed|AccessDenied|NotAuthenticated|NotAllowed|AuthenticationException|SecurityException"
)
"""Errors that are raised for who asks alone."""
_HANDING_ON: Final = frozenset({"next", "done", "reject", "callback", "cb"})
"""What an error is given to that is not forgotten."""
_NEAR: Final = 3
"""So many lines below a call in Go its error is asked about."""


class Unheeded(Struct, frozen=True):
    """A check in a function, by its name and line, whose refusal changes nothing."""

    symbol: str
    check: str
    line: int


def unheeded(before: FileFacts, after: FileFacts) -> Iterator[Unheeded]:
    """The checks that were heeded in a function on the base and are not in head, each once."""
    old, new = _Side(before), _Side(after)
    forgotten = {(found.symbol, found.check) for found in old.unheeded()}
    told: set[tuple[str, str]] = set()
    for found in new.unheeded():
        at = (found.symbol, found.check)
        if at not in told and at not in forgotten and at in old.called:
            told.add(at)
            yield found


class _Side:
    """One side of a file, its statements by their lines."""

    def __init__(self, facts: FileFacts) -> None:
        self._facts = facts

    @cached_property
    def called(self) -> frozenset[tuple[str, str]]:
        """What each function calls; in Go, what it gives the result of a name: what says yes or no is asked where it stands."""
        is_named = self._facts.language == "go"
        steps = (step for step in self._facts.steps if not is_named or step.kind == "bind")
        return frozenset((self._symbol(step), spoken(call)) for step in steps for call in calls_in(step.value))

    @cached_property
    def _steps(self) -> Mapping[int, Sequence[Step]]:
        found: dict[int, list[Step]] = {}
        for step in self._facts.steps:
            if not is_unreachable(self._facts, step.line, scope=step.scope):
                found.setdefault(step.line, []).append(step)
        return found

    @cached_property
    def _conditionals(self) -> Mapping[int, Sequence[Conditional]]:
        found: dict[int, list[Conditional]] = {}
        for each in self._facts.conditionals:
            found.setdefault(each.line, []).append(each)
        return found

    @cached_property
    def _refusing(self) -> frozenset[int]:
        return refusal_lines(self._facts) | refusing_lines(self._facts)

    @cached_property
    def _last(self) -> Mapping[str, int]:
        """The last line on which each function does anything."""
        found: dict[str, int] = {}
        for step in self._facts.steps:
            if step.kind != "return" or not isinstance(step.value, Opaque):
                symbol = self._symbol(step)
                found[symbol] = max(found.get(symbol, 0), step.line)
        return found

    def unheeded(self) -> Iterator[Unheeded]:
        """The checks on whose refusal nothing depends."""
        if self._facts.language == "go":
            yield from self._dropped()
            return
        for attempt in self._facts.attempts:
            for caught in attempt.caught:
                if not caught.leaves and self._is_forgotten(caught):
                    yield from self._tried(attempt, caught)
        yield from self._caught_by_method()

    def _symbol(self, step: Step) -> str:
        return named_around(self._facts, step.scope)

    def _between(self, first: int, last: int) -> list[Step]:
        return [step for line in range(first, last + 1) for step in self._steps.get(line, ())]

    def _tried(self, attempt: Attempt, caught: Caught) -> Iterator[Unheeded]:
        """The check that is tried last, where the function does anything behind: what is called behind it there is left out with it."""
        steps = self._between(attempt.first, attempt.last)
        calling = [(step, call) for step in steps for call in calls_in(step.value)]
        if not calling:
            return
        step, last = calling[-1][0], max(call.line for _, call in calling)
        end = max(attempt.last, attempt.always_last, *(each.last for each in attempt.caught))
        if self._last.get(self._symbol(step), 0) <= end:
            return
        is_only = len(steps) == 1 == len(calling) and bool(_REFUSED.search(caught.types))
        for _, call in calling:
            name = spoken(call)
            if name and call.line == last and (is_only or guard_kind(name) is GuardKind.ACCESS):
                yield Unheeded(self._symbol(step), name, call.line)

    def _is_forgotten(self, caught: Caught) -> bool:
        """Whether nothing that is done for an error refuses, raises, or keeps what happened."""
        if any(line in self._refusing for line in range(caught.first, caught.last + 1)):
            return False
        steps = self._between(caught.first, caught.last)
        keeps = any(step.kind == "bind" and not _names_the_error(step) for step in steps)
        return not keeps and not any(step.kind in ("raise", "return") for step in steps) and not _hands_on(steps)

    def _caught_by_method(self) -> Iterator[Unheeded]:
        """`await requireAdmin(user).catch(() => undefined)`."""
        for step in self._facts.steps:
            for call in calls_in(step.value):
                given = call.arguments[0].value if call.arguments and last_name(call.function) == "catch" else None
                checked = next(calls_in(call.function), None)
                if not isinstance(given, Function) or checked is None:
                    continue
                if guard_kind(spoken(checked)) is GuardKind.ACCESS and self._does_nothing(given.definition):
                    yield Unheeded(self._symbol(step), spoken(checked), checked.line)

    def _does_nothing(self, index: int) -> bool:
        definition = self._facts.definitions[index]
        if any(line in self._refusing for line in range(definition.line, definition.end_line + 1)):
            return False
        steps = [s for s in self._between(definition.line, definition.end_line) if s.scope == index]
        return not any(step.kind in ("raise", "bind") for step in steps) and not _hands_on(steps)

    def _dropped(self) -> Iterator[Unheeded]:
        """Go's checks whose error is given no name, or a name on which nothing depends."""
        for step in self._facts.steps:
            call = step.value
            if not isinstance(call, Call) or guard_kind(spoken(call)) is not GuardKind.ACCESS:
                continue
            named = step.target.id if isinstance(step.target, Name) else ""
            if step.kind == "use" or (named and not self._is_asked(named, line=step.line)):
                yield Unheeded(self._symbol(step), spoken(call), step.line)

    def _is_asked(self, name: str, *, line: int) -> bool:
        """Whether something leaves, or is refused, where a name that was just given says so."""
        near = [each for at in range(line, line + _NEAR + 1) for each in self._conditionals.get(at, ())]
        about = [each for each in near if name in names_in(form_of(each.condition))]
        return not about or any(
            each.leaves or any(at in self._refusing for at in range(each.first, each.last + 1)) for each in about
        )


def _names_the_error(step: Step) -> bool:
    return isinstance(step.value, Opaque) and isinstance(step.target, Name)


def _hands_on(steps: Sequence[Step]) -> bool:
    """Whether an error is given to what comes next, or to whoever waits for a result."""
    return any(last_name(call.function) in _HANDING_ON for step in steps for call in calls_in(step.value))
