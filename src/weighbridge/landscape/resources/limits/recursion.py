"""Functions that go down into what they are given, as deep as that is."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from weighbridge.facts.expressions import walk, without_lines
from weighbridge.facts.model import Call, Either, Expr, Name, Number
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.functions import function_around
from weighbridge.landscape.resources.limits.reading import Reading, Use, names_in, spelled
from weighbridge.landscape.resources.limits.seen import Spot

KIND: Final = "recursion"
_MOST: Final = 20
"""Calls of itself that are looked at in one function."""
_DEPTHS: Final = frozenset(
    {
        "depth",
        "level",
        "limit",
        "max",
        "remaining",
        "budget",
        "seen",
        "visited",
        "visiting",
        "stack",
        "ancestors",
        "path",
        "recursion",
    }
)


def recursions(reading: Reading) -> Iterator[Spot]:
    """The functions of a file that call themselves with a part of what they are given; bounded where something counts how deep."""
    facts = reading.facts
    done: set[int] = set()
    tried: Counter[int] = Counter()
    for use in reading.uses:
        index = function_around(facts, use.scope)
        definition = facts.definitions[index]
        if index in done or definition.kind not in ("function", "method") or not _is_own(reading, use, index=index):
            continue
        given = [each.name for each in definition.parameters if each.name not in ("self", "cls")]
        passed = next((name for name in given if _passes_part(reading, use, parameter=name, index=index)), "")
        tried[index] += 1
        if passed or tried[index] > _MOST:
            done.add(index)
        if not passed:
            continue
        said = {word for name in (*given, *_locals(reading, index)) for word in words_of(name)}
        name = facts.qualified_name(index)
        yield Spot(
            kind=KIND,
            about=name,
            symbol=name,
            line=use.line,
            scope=use.scope,
            text=without_lines(use.call),
            is_bounded=bool(said & _DEPTHS) or _counts(use.call),
            words=f"`{definition.name}` calls itself for what lies in `{passed}`, as deep as that is: nothing counts how deep",
        )


def _is_own(reading: Reading, use: Use, *, index: int) -> bool:
    definition = reading.facts.definitions[index]
    called = spelled(use.call.function)
    if definition.kind == "method" and reading.facts.language == "go":
        return called.count(".") == 1 and called.endswith(f".{definition.name}")
    if definition.kind == "method":
        own = [f"self.{definition.name}", f"this.{definition.name}", f"cls.{definition.name}"]
        return called in (own if reading.facts.language != "java" else [*own, definition.name])
    return called == definition.name


def _passes_part(reading: Reading, use: Use, *, parameter: str, index: int) -> bool:
    """Whether an argument is something that lies within a parameter: an element, a member, what a loop takes out of it."""
    for each in use.call.arguments:
        value = each.value
        if isinstance(value, Name) and value.id != parameter:
            value = _from(reading, value, index=index)
        if parameter in names_in(value) and not isinstance(value, Name | Number) and not isinstance(value, Either):
            return True
        if isinstance(each.value, Name) and _is_of(reading, each.value.id, parameter=parameter, index=index):
            return True
    return False


def _is_of(reading: Reading, name: str, *, parameter: str, index: int) -> bool:
    """Whether a name is what a loop takes out of a parameter."""
    taken = (s for s in reading.facts.steps if s.kind == "iterate" and function_around(reading.facts, s.scope) == index)
    return any(
        isinstance(step.target, Name)
        and (step.target.id == name or "@" in step.target.id)
        and parameter in names_in(step.value)
        for step in taken
    )


def _from(reading: Reading, name: Name, *, index: int) -> Expr:
    return reading.given(name.id, index) or name


def _locals(reading: Reading, index: int) -> Iterator[str]:
    for step in reading.steps_by_scope.get(index, ()):
        if isinstance(step.target, Name):
            yield step.target.id


def _counts(call: Call) -> bool:
    parts = (part for each in call.arguments for part in walk(each.value))
    return any(
        isinstance(part, Either) and any(isinstance(option, Number) for option in part.options) for part in parts
    )
