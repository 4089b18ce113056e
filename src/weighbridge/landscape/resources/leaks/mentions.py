"""What a function does with a thing that it opened: closes it, hands it on, or only uses it."""

from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct

from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr, FileFacts, Item, Name, Step
from weighbridge.facts.names import last_name
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.resources.leaks.opened import Closed, Opened, Reading, is_tried_with, spelled
from weighbridge.landscape.resources.leaks.table import SOMETHING

Act = Literal["closes", "hands on", "uses"]
_HOLDERS: Final = ("Body",)
_ENTERING: Final = "enter"


class Mention(Struct, frozen=True):
    """What the statement `step` does with it, on `line`; `is_inside` where that stands in a function within."""

    step: int
    line: int
    act: Act
    is_inside: bool


class Mentions:
    """All mentions of one thing behind the place where it is opened."""

    def __init__(self, reading: Reading, opened: Opened) -> None:
        self._reading = reading
        self._opened = opened
        self._names = {opened.name}
        symbol = reading.facts.qualified_name(opened.scope)
        known = reading.closed.get((symbol, opened.call, opened.name))
        self._was_closed = known is not None
        self._only_used = known or frozenset()
        self._inside = frozenset(_scopes_within(reading, opened.scope))

    def all(self) -> Iterator[Mention]:
        """Each act in a step once, in the order of the text; the thing is forgotten where its name is given to another."""
        steps = self._reading.facts.steps
        for at in range(self._opened.step + 1, len(steps)):
            step = steps[at]
            if step.scope not in self._inside:
                continue
            if self._is_given_otherwise(step):
                return
            for act in dict.fromkeys(self._acts(step)):
                is_inside = step.scope != self._opened.scope
                is_kept = is_inside and act == "uses" and not self._was_closed  # by the function that is made of it
                yield Mention(at, step.line, "hands on" if is_kept else act, is_inside)

    def _is_given_otherwise(self, step: Step) -> bool:
        if step.scope != self._opened.scope or step.kind != "bind" or step.target != Name(self._opened.name):
            return False
        found = self._reading.opener_of(step.value, step.scope) if type(step.value) is Call else None
        return found is not None and step.line > self._opened.line

    def _acts(self, step: Step) -> Iterator[Act]:
        value = step.value
        if self._opened.opener.kind == "lock":
            yield from self._of_calls(value, step)
            return
        if step.kind == _ENTERING and (self._is_it(value) or (type(value) is Call and self._is_given(value))):
            yield "closes"
            return
        if self._carries(value):
            yield from self._carried(step)
            return
        yield from self._of_calls(value, step)

    def _carried(self, step: Step) -> Iterator[Act]:
        """What becomes of the thing itself as a statement's value."""
        if step.kind in ("return", "yield", "raise"):
            yield "hands on"
        elif step.kind == "bind" and type(step.target) is Name:
            if self._is_it(step.value) and not self._reading.is_known_outside(step.target.id, step):
                self._names.add(step.target.id)
            else:
                yield "hands on"
        elif step.kind == "bind":
            yield "hands on"
        elif self._reading.facts.language in ("javascript", "typescript", "tsx") and self._is_declared_used(step):
            yield "closes"
        else:
            yield "uses"

    def _is_declared_used(self, step: Step) -> bool:
        lines = self._reading.lines
        return step.line == self._opened.line and step.line <= len(lines) and "using " in lines[step.line - 1]

    def _of_calls(self, value: Expr, step: Step) -> Iterator[Act]:
        waiting = [value]
        while waiting:
            expr = waiting.pop()
            if type(expr) is Call:
                yield from self._of_call(expr, step)
                waiting += [each.value for each in expr.arguments if not self._carries(each.value)]
                waiting.append(expr.function)
            elif type(expr) is Attribute:
                if self._is_it(expr.of) and expr.name in self._opened.opener.closed_by:
                    yield "closes"  # its closing is given to somebody who does it
                waiting.append(expr.of)
            elif type(expr) is Collection:
                waiting += [each.value for each in expr.elements]
            elif type(expr) is Either:
                waiting += expr.options
            elif self._is_it(expr):
                yield "uses"

    def _of_call(self, call: Call, step: Step) -> Iterator[Act]:
        if self._is_closing(call):
            yield "closes"
            return
        if not self._is_given(call):
            return
        name = spelled(call.function)
        opener = self._opened.opener
        if (
            last_name(call.function) in opener.closed_through
            or self._reading.origin(call, step.scope) in opener.closed_through
        ):
            yield "closes"
        elif name in self._only_used or self._reading.borrows(call, step.scope):
            yield "uses"
        elif self._reading.wraps(call, step.scope) and step.kind == "bind" and type(step.target) is Name:
            self._names.add(step.target.id)
        else:
            yield "closes" if "close" in name.lower() else "hands on"

    def _is_closing(self, call: Call) -> bool:
        of, name = (call.function.of, call.function.name) if type(call.function) is Attribute else (call.function, "")
        closing = self._opened.opener.closed_by
        if self._is_it(of):
            return name in closing
        if type(of) is Attribute and self._is_it(of.of):
            return f"{of.name}.{name}" in closing
        return False

    def _is_given(self, call: Call) -> bool:
        return any(self._carries(each.value) for each in call.arguments)

    def _carries(self, expr: Expr) -> bool:
        """Whether a value is the thing, or holds it."""
        if self._is_it(expr) or (type(expr) is Attribute and expr.name in _HOLDERS and self._is_it(expr.of)):
            return True
        if type(expr) is Collection:
            return any(self._carries(each.value) for each in expr.elements)
        if type(expr) is Either:
            return any(self._carries(each) for each in expr.options)
        return False

    def _is_it(self, expr: Expr) -> bool:
        if self._opened.opener.kind == "lock":
            return spelled(expr) == self._opened.name
        return type(expr) is Name and expr.id in self._names


def _scopes_within(reading: Reading, scope: int) -> Iterator[int]:
    """A definition and all that stand in it: those come behind it."""
    found = {scope}
    yield scope
    for index in range(scope + 1, len(reading.facts.definitions)):
        if reading.facts.definitions[index].parent in found:
            found.add(index)
            yield index


def closed_in(reading: Reading) -> Closed:
    """What a file's functions close of what they have got from a call, whatever that is."""
    facts = reading.facts
    made: dict[tuple[int, str], str] = {}
    given: dict[tuple[int, str], set[str]] = {}
    ended: set[tuple[int, str]] = set()
    for step in facts.steps:
        value, target = step.value, step.target
        if step.kind == "bind" and type(target) is Name:
            source = made.get((step.scope, value.of.id), "") if type(value) is Item and type(value.of) is Name else ""
            made[step.scope, target.id] = spelled(value.function) if type(value) is Call else source
            if (
                facts.language == "java"
                and type(value) is Call
                and is_tried_with(reading, step.line, call=made[step.scope, target.id])
            ):
                ended.add((step.scope, target.id))
        elif step.kind == "enter" and type(target) is Name and type(value) is Call:
            made[step.scope, target.id] = spelled(value.function)
            ended.add((step.scope, target.id))
        for call in calls_in(value):
            for name in _closed_by(call):
                ended.update((scope, name) for scope in _outwards(facts, step.scope))
            for each in call.arguments:
                if type(each.value) is Name:
                    given.setdefault((step.scope, each.value.id), set()).add(spelled(call.function))
    return {
        (facts.qualified_name(scope), call, name): frozenset(given.get((scope, name), ()))
        for (scope, name), call in made.items()
        if call and (scope, name) in ended
    }


def _closed_by(call: Call) -> Iterator[str]:
    function = call.function
    if spelled(function) in SOMETHING.closed_through:
        yield from (each.value.id for each in call.arguments if type(each.value) is Name)
    elif type(function) is Attribute and function.name in SOMETHING.closed_by:
        of = function.of.of if type(function.of) is Attribute and function.of.name in _HOLDERS else function.of
        if type(of) is Name:
            yield of.id


def _outwards(facts: FileFacts, scope: int) -> Iterator[int]:
    """A function and those around it that have no name of their own in between."""
    while scope > 0:
        yield scope
        if facts.definitions[scope].kind != "lambda":
            return
        scope = facts.definitions[scope].parent
