"""On which ways out of its function a thing that was opened is left open."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, Literal

from msgspec import Struct

from weighbridge.facts.model import Call, Condition, Conditional, Step
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.resources.leaks.mentions import Mention, Mentions
from weighbridge.landscape.resources.leaks.opened import Opened, Reading, is_tried_with, spelled

Way = Literal["never", "dropped", "unnamed", "returns", "raises", "fails"]
"""`never`: nothing closes it. `dropped`, `unnamed`: nothing could. `returns`, `raises`: a way out passes its closing by.
`fails`: a call between may raise, and its closing is passed by."""

_BRANCHES: Final = re.compile(r"\s*(?:\}\s*)?(?:case\b|default\s*:|else\b|elif\b|except\b|catch\b)")
_MOST_WAYS: Final = 60
_MOST_STEPS: Final = 5_000_000
"""Statements that are looked at for all that one file opens."""
_BARE: Final = re.compile(r"\s*return\s*;?\s*(?:#.*|//.*)?$")
_RAISING: Final = frozenset({"python", "java", "javascript", "typescript", "tsx"})
_HARMLESS: Final = frozenset(
    {
        "len",
        "str",
        "int",
        "print",
        "isinstance",
        "range",
        "append",
        "get",
        "format",
        "bool",
        "list",
        "dict",
        "set",
        "debug",
        "info",
        "warning",
        "time",
        "log",
    }
)
_MOST_LINES: Final = 1500
"""A function longer than this is not gone through way by way."""


class Leak(Struct, frozen=True, kw_only=True):
    """A thing that is left open: on `exit_line` the way out stands, or the call that may raise; 0 for all of them."""

    opened: Opened
    symbol: str
    way: Way
    exit_line: int = 0
    via: str = ""
    in_loop: bool = False


class Judged(Struct, frozen=True, kw_only=True):
    """What was opened, and the leak, if it is one."""

    opened: Opened
    symbol: str
    leak: Leak | None


def is_too_large(reading: Reading) -> bool:
    """Whether a file opens so much, and does so much, that going through it would take long."""
    facts = reading.facts
    return len(reading.opened) * (len(facts.steps) + len(facts.definitions)) > _MOST_STEPS


def judged(reading: Reading) -> Iterator[Judged]:
    """Everything that a file opens in its functions, each judged."""
    for opened in reading.opened:
        symbol = reading.facts.qualified_name(opened.scope)
        if is_tried_with(reading, opened.line, call=opened.call):
            yield Judged(opened=opened, symbol=symbol, leak=None)
            continue
        yield Judged(opened=opened, symbol=symbol, leak=_Ways(reading, opened, symbol=symbol).leak())


class _Ways:
    """The ways from where one thing is opened."""

    def __init__(self, reading: Reading, opened: Opened, *, symbol: str) -> None:
        self._reading = reading
        self._opened = opened
        self._symbol = symbol
        definition = reading.facts.definitions[opened.scope]
        self._last = definition.end_line
        self._mentions = Mentions(reading, opened)
        own = range(definition.line, definition.end_line + 1)
        self._conditionals = [each for each in reading.facts.conditionals if each.first in own]
        self._attempts = [each for each in reading.facts.attempts if each.first in own]

    def leak(self) -> Leak | None:
        """The first way that leaves it open, if there is one."""
        if self._opened.is_dropped:
            return self._told("dropped")
        if self._opened.through:
            return self._told("unnamed", via=self._opened.through)
        caring = [each for each in self._mentions.all() if each.act != "uses"]
        if not caring:
            return self._told("never") if self._may_end() else None
        if self._opened.opener.kind == "lock" and not any(not each.is_inside for each in caring):
            return None
        if self._last - self._opened.line > _MOST_LINES:
            return None
        return self._left_early(caring) or self._left_failing(caring)

    def _may_end(self) -> bool:
        """Whether a thing that nobody closes is a loss: a ticker that ticks as long as the process is none."""
        kind = self._opened.opener.kind
        if kind != "timer":
            return True
        return next(self._ways_out(), None) is not None

    def _told(self, way: Way, *, line: int = 0, via: str = "") -> Leak:
        return Leak(opened=self._opened, symbol=self._symbol, way=way, exit_line=line, via=via, in_loop=self._in_loop())

    def _in_loop(self) -> bool:
        return any(first <= self._opened.line <= last for _, first, last in self._reading.facts.loops)

    def _left_early(self, caring: Sequence[Mention]) -> Leak | None:
        for at, line, way in islice(self._ways_out(), _MOST_WAYS):
            if not self._reaches(line) or any(self._covers(each, at, line=line) for each in caring):
                continue
            if way == "returns" or not self._is_caught(line):
                return self._told(way, line=line)
        return None

    def _ways_out(self) -> Iterator[tuple[int, int, Literal["returns", "raises"]]]:
        """Each with the statement that it is or comes before, and its line: a `return` of nothing is no statement."""
        steps = self._reading.facts.steps
        bare = list(self._bare_returns())
        for at in range(self._opened.step + 1, len(steps)):
            step = steps[at]
            while bare and bare[0] < step.line:
                yield at - 1, bare.pop(0), "returns"
            if step.line > self._last:
                return
            if step.scope == self._opened.scope and step.kind in ("return", "raise"):
                yield at, step.line, "returns" if step.kind == "return" else "raises"
        yield from ((len(steps) - 1, line, "returns") for line in bare)

    def _bare_returns(self) -> Iterator[int]:
        lines = self._reading.lines
        inner = [
            each
            for index, each in enumerate(self._reading.facts.definitions)
            if index != self._opened.scope and self._opened.line < each.line <= self._last
        ]
        for number in range(self._opened.line + 1, min(self._last, len(lines)) + 1):
            is_bare = _BARE.match(lines[number - 1]) is not None
            if is_bare and not any(_holds(each.line, each.end_line, line=number) for each in inner):
                yield number

    def _reaches(self, line: int) -> bool:
        """Whether the way out on a line may be taken with the thing open."""
        opened = self._opened.line
        for each in self._conditionals:
            is_out = _holds(each.first, each.last, line=line)
            is_here = _holds(each.first, each.last, line=opened) and each.line != opened
            if is_out and not is_here and self._asks_for_it(each):
                return False
            if is_here and not is_out and each.leaves:
                return False
            others = (other for other in self._conditionals if other.line == each.line and other is not each)
            if is_here and not is_out and any(_holds(other.first, other.last, line=line) for other in others):
                return False
        if any(
            _holds(caught.first, caught.last, line=line) and _holds(each.first, each.last, line=opened)
            for each in self._attempts
            for caught in each.caught
        ):
            return False  # it may be that it could not be opened
        return not self._is_other_branch(line)

    def _asks_for_it(self, conditional: Conditional) -> bool:
        """Whether a way is only taken when the thing could not be opened, or when it is asked what it is."""
        if conditional.line < self._opened.line:
            return False
        text = _text(conditional.condition)
        error = self._opened.error
        if error and re.search(rf"\b{re.escape(error)}\b", text):
            return not self._is_error_of_another(conditional.line)
        name = self._opened.name
        return bool(re.search(rf"(?:^|[^\w.]){re.escape(name)}(?:$|[^\w.(])", text))

    def _is_error_of_another(self, line: int) -> bool:
        """Go: whether the error was given another value since."""
        steps = self._reading.facts.steps
        for step in steps[self._opened.step + 1 :]:
            if step.line > line:
                return False
            if step.scope == self._opened.scope and step.kind == "bind" and spelled_name(step) == self._opened.error:
                taken = self._opened.line
                if step.line > taken:
                    return True
        return False

    def _is_other_branch(self, line: int) -> bool:
        """Whether a line stands in another branch than the thing: so the indentation says."""
        lines = self._reading.lines
        opened = _indent(lines, self._opened.line)
        out = _indent(lines, line)
        lowest = opened
        branch = -1
        for number in range(self._opened.line + 1, min(line, len(lines)) + 1):
            text = lines[number - 1]
            if not text.strip():
                continue
            indent = _indent(lines, number)
            if branch >= 0 and indent <= branch and not _BRANCHES.match(text) and text.strip()[:1] not in "})":
                branch = -1
            if indent < opened and indent <= lowest and _BRANCHES.match(text):
                branch = indent
            lowest = min(lowest, indent)
        return branch >= 0 and (out > branch or _BRANCHES.match(lines[line - 1]) is not None)

    def _covers(self, mention: Mention, at: int, *, line: int) -> bool:
        """Whether what was done with it was done on every way to the step `at`."""
        if self._is_always(mention.line, line):
            return True
        if mention.step > at:
            return False
        for each in self._conditionals:
            is_own = _holds(each.first, each.last, line=mention.line) and not _holds(each.first, each.last, line=line)
            if is_own and each.leaves and not _holds(each.first, each.last, line=self._opened.line):
                return False
        caught = (caught for each in self._attempts for caught in each.caught)
        return not any(
            _holds(each.first, each.last, line=mention.line)
            and not _holds(each.first, each.last, line=line)
            and not _holds(each.first, each.last, line=self._opened.line)
            for each in caught
        )

    def _is_always(self, done: int, line: int) -> bool:
        """Whether what is done on one line is done whenever the way out on another is taken: by `finally`, by `defer`."""
        for each in self._attempts:
            if not each.always_first or not _holds(each.always_first, each.always_last, line=done):
                continue
            if self._reading.facts.language == "go":
                if each.always_first <= line:
                    return True
            elif each.first <= line <= each.always_last:
                return True
        return False

    def _is_caught(self, line: int) -> bool:
        return any(each.caught and _holds(each.first, each.last, line=line) for each in self._attempts)

    def _left_failing(self, caring: Sequence[Mention]) -> Leak | None:
        """A call that may raise before it is closed, where nothing closes it then."""
        first = caring[0]
        if self._reading.facts.language not in _RAISING or first.act != "closes" or first.is_inside:
            return None
        closings = [each for each in caring if each.act == "closes"]
        if any(self._closes_on_failure(each) for each in closings):
            return None
        for at in range(self._opened.step + 1, first.step):
            step = self._reading.facts.steps[at]
            if step.scope != self._opened.scope:
                continue
            call = next((each for each in calls_in(step.value) if self._may_raise(each)), None)
            if call is not None and step.line > self._opened.line:
                return self._told("fails", line=step.line, via=spelled(call.function))
        return None

    def _closes_on_failure(self, mention: Mention) -> bool:
        return any(
            _holds(each.always_first, each.always_last, line=mention.line)
            or any(_holds(caught.first, caught.last, line=mention.line) for caught in each.caught)
            for each in self._attempts
        )

    def _may_raise(self, call: Call) -> bool:
        name = spelled(call.function)
        return bool(name) and name.rpartition(".")[2] not in _HARMLESS


def spelled_name(step: Step) -> str:
    """What a statement gives a value to, as written."""
    return spelled(step.target) if step.target is not None else ""


def _holds(first: int, last: int, *, line: int) -> bool:
    return 0 < first <= line <= last


def _indent(lines: Sequence[str], number: int) -> int:
    text = lines[number - 1] if 0 < number <= len(lines) else ""
    return len(text) - len(text.lstrip())


def _text(condition: Condition) -> str:
    """A condition's questions, one after the other."""
    found: list[str] = []
    waiting = [condition]
    while waiting:
        each = waiting.pop()
        found.append(each.text)
        waiting += each.parts
    return " ".join(found)
