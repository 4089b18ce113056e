"""The tests that their runner passes over, or whose failure counts for nothing, whatever the machine."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Final

from msgspec.structs import replace

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Argument, Call, Expr, FileFacts, Name, Text
from weighbridge.landscape.trials.collected import chain, declaring_calls, function_in, is_group
from weighbridge.landscape.trials.trial import Skip, Trial

_ALWAYS: Final = re.compile(
    r"skip_?if\(\s*[\"']?(?:True|true|1|not False|!false)\b|skip_?unless\(\s*[\"']?(?:False|false|0|None)\b"
    r"|runif\(\s*(?:false|0|null)\b|xfail\(\s*[\"']?(?:True|1)\b|assume(?:True|That)\(\s*false\b|assumeFalse\(\s*true\b"
    r"|\b(?:skip|todo)\s*:\s*true\b|\benabled\s*=\s*false\b|\.skip\(\s*true\b",
    re.IGNORECASE,
)
_FAILING: Final = frozenset({"xfail", "expectedFailure", "failing", "fails"})
_PASSED_OVER: Final = frozenset(
    {"skip", "Skip", "Skipf", "SkipNow", "skipTest", "SkipTest", "todo", "fixme", "pending", "Disabled", "Ignore"}
)
_CONDITIONAL: Final = frozenset({"skipif", "skipIf", "skipUnless", "skip_unless", "runIf", "xfail"})
_MOST_MARKS: Final = 30
_X_NAMES: Final = frozenset({"xit", "xtest", "xdescribe", "xcontext", "xspecify"})


def with_skips(facts: FileFacts, trials: Sequence[Trial], *, lines: Sequence[str]) -> list[Trial]:
    """The tests of a file, each with why it is not run; `lines` are the file's text."""
    reading = _Reading(facts, lines)
    whole = reading.of_file()
    groups = reading.groups() if facts.language in ("javascript", "typescript", "tsx") else {}
    return [replace(t, skip=reading.of_trial(t) or reading.around(t, groups) or whole) for t in trials]


class _Reading:
    """One file, read for marks."""

    def __init__(self, facts: FileFacts, lines: Sequence[str]) -> None:
        self._facts = facts
        self._lines = lines
        self._calls: dict[int, list[Call]] = {}
        for step in facts.steps:
            for call in (each for each in walk(step.value) if isinstance(each, Call)):
                self._calls.setdefault(step.scope, []).append(call)
        self._marked = {} if facts.language in ("python", "go", "java") else dict(self._declared())

    def of_file(self) -> Skip | None:
        """What passes over the file as a whole."""
        for step in self._facts.steps:
            if step.scope == 0 and isinstance(step.target, Name) and step.target.id == "pytestmark":
                marks = (self._mark(each, line=step.line) for each in walk(step.value))
                return next((mark for mark in marks if mark), None)
        for call in self._calls.get(0, ()) if self._facts.language == "python" else ():
            if chain(call) == ["pytest", "skip"] and not self._is_conditional(call.line):
                return self._skip(call, line=call.line)
        return None

    def of_trial(self, trial: Trial) -> Skip | None:
        """What passes over one test: a mark on it, or what it does first."""
        definition = self._facts.definitions[trial.scope]
        marks = (self._mark(each, line=definition.line) for each in definition.decorators)
        found = next((mark for mark in marks if mark), None) or self._marked.get(trial.scope)
        return found or next(self._in_body(trial), None)

    def around(self, trial: Trial, groups: Mapping[int, Skip]) -> Skip | None:
        """What passes over the class or group that a test stands in."""
        at = self._facts.definitions[trial.scope].parent
        while at > 0:
            if at in groups:
                return groups[at]
            definition = self._facts.definitions[at]
            for each in definition.decorators:
                if mark := self._mark(each, line=definition.line):
                    return mark
            at = definition.parent
        return None

    def groups(self) -> dict[int, Skip]:
        """The marked groups of tests, by the function that holds them."""
        return self._marked

    def _declared(self) -> Iterator[tuple[int, Skip]]:
        for call, names in declaring_calls(self._facts):
            function = function_in(call.arguments)
            word = next((n for n in names if n in _X_NAMES or n in _PASSED_OVER or n in _FAILING), "")
            is_said = bool(word) or self._is_always(call.line)
            if function is not None and is_said:
                yield function, self._skip(call, line=call.line, mark=".".join(names) if word else "skip")

    def _in_body(self, trial: Trial) -> Iterator[Skip]:
        for call in self._calls.get(trial.scope, ()):
            names = chain(call)
            is_skip = len(names) > 1 and names[-1] in _PASSED_OVER and names[-1] != "pending" and not is_group(names)
            is_bare = function_in(call.arguments) is None and (self._is_sure(call) or self._is_always(call.line))
            is_passing = (is_skip or names == ["pytest", "xfail"]) and is_bare and not self._is_conditional(call.line)
            if is_passing or (names and names[-1].startswith("assume") and self._is_always(call.line)):
                yield self._skip(call, line=call.line)

    def _is_sure(self, call: Call) -> bool:
        """Whether a call that passes over is given no condition: none of its arguments is anything but a text."""
        if self._facts.language in ("python", "go"):
            return True
        return all(isinstance(each.value, Text) for each in call.arguments)

    def _mark(self, expr: Expr, *, line: int) -> Skip | None:
        names = chain(expr)
        last = names[-1] if names else ""
        line = expr.line if isinstance(expr, Call) else self._line_with(last, line)
        if last in _CONDITIONAL and isinstance(expr, Call) and any(not _is_reason(a) for a in expr.arguments):
            return self._skip(expr, line=line) if self._is_always(line) else None
        if last == "Test" and isinstance(expr, Call) and self._is_always(line):
            return self._skip(expr, line=line, mark="Test(enabled = false)")
        return self._skip(expr, line=line) if last in _PASSED_OVER or last in _FAILING else None

    def _line_with(self, name: str, line: int) -> int:
        """The line of a mark, which stands at or before the name that it marks."""
        near = range(line, min(line + _MOST_MARKS, len(self._lines)) + 1)
        return next((at for at in near if name and name in self._lines[at - 1]), line)

    def _skip(self, expr: Expr, *, line: int, mark: str = "") -> Skip:
        names = chain(expr)
        arguments = expr.arguments if isinstance(expr, Call) else ()
        in_words = any(isinstance(a.value, Text) and a.value.value.strip() for a in arguments)
        is_titled = bool(mark)
        return Skip(
            mark=mark or ".".join(names),
            line=line,
            has_reason=(in_words and not is_titled) or self._is_commented(line),
            may_fail=bool(names) and names[-1] in _FAILING,
        )

    def _is_commented(self, line: int) -> bool:
        near = self._lines[max(0, line - 2) : line]
        signs = ("#",) if self._facts.language == "python" else ("//", "/*", "*/")
        return any(each.strip().startswith(signs) for each in near[:-1]) or any(s in near[-1] for s in signs if near)

    def _is_always(self, line: int) -> bool:
        return bool(_ALWAYS.search(" ".join(self._lines[line - 1 : line + 2])[:1000]))

    def _is_conditional(self, line: int) -> bool:
        return 0 < line < len(self._depths) and self._depths[line] > 0

    @cached_property
    def _depths(self) -> list[int]:
        """Of each line, in how much it stands that may be passed over."""
        facts = self._facts
        asked = [(c.first, c.last) for c in facts.conditionals if c.condition.kind != "true"]
        caught = [(c.first, c.last) for attempt in facts.attempts for c in attempt.caught]
        looped = [(first, last) for _, first, last in facts.loops]
        steps = [0] * (len(self._lines) + 3)
        for first, last in (*asked, *caught, *looped):
            if 0 <= first <= last < len(steps) - 1:
                steps[first] += 1
                steps[last + 1] -= 1
        return list(accumulate(steps))


def _is_reason(argument: Argument) -> bool:
    return argument.name in ("reason", "strict", "raises", "run") or (
        isinstance(argument.value, Text) and " " in argument.value.value
    )
