"""Calls of a function of Python whose result is used in a way that what the function gives now does not bear."""

import builtins
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Either, Expr, FileFacts, Item, Name, Step
from weighbridge.facts.names import last_name
from weighbridge.landscape.callers import Caller, Callers
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Symbol

NONE: Final = "None"
"""What a function may give now that some code cannot use: nothing at all, results one by one, or a plain type of Python."""
ONE_BY_ONE: Final = "one by one"

_OPERATORS: Final = frozenset(
    {"+", "-", "*", "/", "//", "%", "**", "@", "<", ">", "<=", ">=", "&", "|", "^", "<<", ">>"}
)
_OF_LISTS: Final = frozenset(dir(list)) | frozenset(dir(tuple))
_MOST_SHOWN: Final = 10


class _Use(Struct, frozen=True):
    """One thing that is done with a value: a member is asked for, an item, a length, each element, or an operator is applied."""

    line: int
    member: str = ""
    is_item: bool = False
    is_counted: bool = False
    is_iterated: bool = False
    is_operand: bool = False


class FailingCallers:
    """Answers for head."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._callers = Callers(view)

    def of(self, function: Symbol, gives: str) -> tuple[Place, ...]:
        """The calls, tests left out, that fail by what a function gives now."""
        found: dict[Place, None] = {}
        for caller in self._callers.of(function):
            facts = None if is_test(caller.path) else self._view.landscape.facts(caller.path)
            if facts is not None and any(_fails(use, gives) for use in _uses(caller, facts)):
                found[caller.place()] = None
        return tuple(found)[:_MOST_SHOWN]


def _fails(use: _Use, gives: str) -> bool:
    if gives == NONE:
        return True
    if gives == ONE_BY_ONE:
        return use.is_item or use.is_counted or (use.member in _OF_LISTS and not use.member.startswith("__"))
    kind = getattr(builtins, gives, None)
    return bool(use.member) and isinstance(kind, type) and not hasattr(kind, use.member)


def _uses(caller: Caller, facts: FileFacts) -> Iterator[_Use]:
    """What is done with the result of one call, at once or by the name that it is given."""
    steps = [step for step in facts.steps if step.scope == caller.scope]
    for at, step in enumerate(steps):
        if step.line > caller.call.line or not any(
            part is caller.call or part == caller.call for part in walk(step.value)
        ):
            continue
        yield from _done_with(caller.call, step)
        if step.kind == "bind" and step.value == caller.call and type(step.target) is Name:
            yield from _done_later(step.target, steps[at + 1 :])


def _done_later(name: Name, steps: Sequence[Step]) -> Iterator[_Use]:
    """What is done with a name before it is given something else, or asked whether it is anything."""
    for step in steps:
        if step.target == name or _asks(step, name):
            return
        yield from _done_with(name, step)


def _asks(step: Step, name: Name) -> bool:
    """Whether a step looks at what a name stands for before it is used."""
    if step.value == name and step.kind in ("use", "assert"):
        return True
    for part in walk(step.value):
        if type(part) is Either and part.operator not in _OPERATORS and name in part.options:
            return True
        if type(part) is Call and last_name(part.function) in ("isinstance", "list", "bool", "callable"):
            return any(each.value == name for each in part.arguments)
    return False


def _done_with(value: Expr, step: Step) -> Iterator[_Use]:
    if step.kind == "iterate" and step.value == value:
        yield _Use(step.line, is_iterated=True)
    for part in walk(step.value):
        match part:
            case Attribute(of=of, name=member) if of == value:
                yield _Use(step.line, member=member)
            case Item(of=of) if of == value:
                yield _Use(step.line, is_item=True)
            case Either(options=options, operator=operator) if operator in _OPERATORS and value in options:
                yield _Use(step.line, is_operand=True)
            case Call(function=Name(id="len"), arguments=(first, *_)) if first.value == value:
                yield _Use(step.line, is_counted=True)
