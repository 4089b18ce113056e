"""The tests by which a function that others depend on refuses a request: `if not user.is_active: raise HTTPException(400)`.

Elsewhere such an answer says that something was not found or not understood. In what a framework asks before a handler
runs, and in what finds out who asks, it keeps callers out as a 403 does.
"""

from collections.abc import Container, Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.expressions import subexpressions, walk
from weighbridge.facts.mentions import head_of, mentions_in
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Name, Number, Step
from weighbridge.facts.names import last_name
from weighbridge.landscape.dependencies import DEPENDING, called_for
from weighbridge.landscape.file_names import FUNCTION_KINDS, FileNames
from weighbridge.landscape.guards import Guard, GuardKind, asks_who, guard_kind, spoken
from weighbridge.landscape.landscapes import View

_ANSWERING: Final = frozenset({"HTTPException", "abort"})
_CODES: Final = ("400", "401", "403", "404")
_NAMED: Final = (
    "HTTP_400_",
    "HTTP_401_",
    "HTTP_403_",
    "HTTP_404_",
    "BAD_REQUEST",
    "UNAUTHORIZED",
    "FORBIDDEN",
    "NOT_FOUND",
)
_TOLD_ELSEWHERE: Final = ("401", "403", "UNAUTHORIZED", "FORBIDDEN")
"""Answers that are guards wherever they are given (see `landscape.guards`)."""

_MOST_ASKING: Final = 24
"""Files that are searched for one that depends on a function."""


class Refusals(Struct, frozen=True, kw_only=True):
    """How one function refuses."""

    path: RepoPath
    name: str
    tests: tuple[Guard, ...]
    """What it tests before it refuses with an answer that elsewhere is no guard."""
    answers: int
    """How often it refuses at all."""
    looks_at: frozenset[str]
    """The last names of what its statements test, and bind to names."""
    calls: frozenset[str]

    def lost(self, left: "Refusals") -> Iterator[Guard]:
        """The tests that are not made any more; what calls something new may make them there."""
        if left.answers < self.answers and left.calls <= self.calls:
            yield from (test for test in self.tests if test.name.rpartition(".")[2] not in left.looks_at)


def refusals(path: RepoPath, facts: FileFacts, *, of: Container[str]) -> Iterator[Refusals]:
    """How the functions of a Python file that are named by `of` refuse."""
    names = FileNames(facts)
    for index, definition in enumerate(facts.definitions if facts.language == "python" else ()):
        name = facts.qualified_name(index)
        if definition.kind in FUNCTION_KINDS and name in of:
            yield _of_function(path, name, steps=names.steps_in((index,)))


def _of_function(path: RepoPath, name: str, *, steps: Sequence[Step]) -> Refusals:
    tests: list[Guard] = []
    answers = 0
    for at, step in enumerate(steps):
        if code := _refused_with(step):
            answers += 1
            before = steps[at - 1] if at and steps[at - 1].kind == "use" else None
            if before is not None and not any(told in code for told in _TOLD_ELSEWHERE):
                line = before.line
                tests += [Guard(tested, GuardKind.REFUSAL, line, is_own=True) for tested in _tested(before.value)]
    looked = (step.value for step in steps if step.kind in ("use", "bind", "assert"))
    parts = [part for step in steps for part in walk(step.value)]
    return Refusals(
        path=path,
        name=name,
        tests=tuple(tests),
        answers=answers,
        looks_at=frozenset(tested.rpartition(".")[2] for value in looked for tested in _tested(value)),
        calls=frozenset(spoken(part.function) for part in parts if isinstance(part, Call)),
    )


def _refused_with(step: Step) -> str:
    """The code that a statement refuses with; empty where it does not."""
    call = step.value
    if step.kind not in ("raise", "use") or not isinstance(call, Call) or last_name(call.function) not in _ANSWERING:
        return ""
    for argument in call.arguments:
        match argument.value:
            case Number(value=code) if code in _CODES:
                return code
            case Attribute(name=code) if code.startswith(_NAMED):
                return code
    return ""


def _tested(expr: Expr) -> Iterator[str]:
    """What an expression asks, without what that is asked of; names of classes, as of errors that are caught, are none."""
    if isinstance(expr, Name | Attribute):
        name = spoken(expr)
        if name and not name.rpartition(".")[2][0].isupper():
            yield name
        return
    for part in subexpressions(expr):
        yield from _tested(part)


def stands_before(view: View, name: str) -> bool:
    """Whether a function of this name finds out who asks, or is one that a framework calls for others."""
    last = name.rpartition(".")[2]
    if asks_who(last) or guard_kind(last) is GuardKind.ACCESS:
        return True
    asking = (view.landscape.files_with("m:" + each) for each in sorted(DEPENDING))
    files = view.landscape.files_with("m:" + last)
    found = sorted(path for each in asking for path in each if path in files)[:_MOST_ASKING]
    return any(_depends(facts, last) for path in found if (facts := view.landscape.facts(path)) is not None)


def _depends(facts: FileFacts, name: str) -> bool:
    units = mentions_in(facts)
    marked = {unit for each in DEPENDING for unit in units.get(each, ())}.intersection(units.get(name, ()))
    parts = (part for unit in marked for outer in _outer(facts, unit) for part in walk(outer))
    return any(last_name(called) == name for part in parts if (called := called_for(part)) is not None)


def _outer(facts: FileFacts, unit: int) -> Iterator[Expr]:
    if unit < 0:
        yield from head_of(facts.definitions[-1 - unit])
    else:
        yield facts.steps[unit].value
