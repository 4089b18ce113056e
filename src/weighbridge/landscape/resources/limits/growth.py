"""Work that grows with the square of what a request brings: a list gone through for each element of another."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from msgspec import Struct

from weighbridge.facts.expressions import walk, without_lines
from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr, Item, Name, Number, Step
from weighbridge.facts.names import last_name
from weighbridge.landscape.resources.limits.reading import SCRIPTS, Reading, Use, lambdas_in, method_of, spelled
from weighbridge.landscape.resources.limits.requests import request_names
from weighbridge.landscape.resources.limits.seen import Spot

KIND: Final = "growth"
_EACH: Final = frozenset({"map", "forEach", "filter", "reduce", "flatMap", "some", "every", "find"})
_LOOKS: Final = frozenset({"includes", "indexOf", "find", "findIndex", "filter", "some", "lastIndexOf"})
_LISTS_OF_SCRIPTS: Final = frozenset(
    {"map", "filter", "flatMap", "concat", "slice", "sort", "from", "findMany", "keys", "values", "entries"}
)
_LIST_TYPES: Final = frozenset({"list", "List", "Sequence", "Array", "ReadonlyArray", "ArrayList", "LinkedList", "[]"})
_IN: Final = ("in", "not in")
_OF_JAVA: Final = ("contains", "indexOf")
_MOST: Final = 500
"""Loops, and lists that are gone through, of one file that are looked at."""


class Loop(Struct, frozen=True):
    """A loop through elements: what it goes through, and its lines."""

    source: Expr
    scope: int
    first: int
    last: int


def growths(reading: Reading) -> Iterator[Spot]:
    """The lists of a file that are gone through once for each element of something that is no shorter."""
    asked = request_names(reading)
    searched = list(islice(_searched(reading), _MOST))
    loops = _loops(reading)[:_MOST] if searched else []
    for each in searched:
        around = [loop for loop in loops if loop.first <= each.line <= loop.last and loop.source != each.held]
        loop = next((loop for loop in reversed(around) if _is_worth(reading, loop, found=each)), None)
        if loop is not None:
            yield Spot(
                kind=KIND,
                about=each.held.id,
                symbol=reading.symbol(each.scope),
                line=each.line,
                scope=each.scope,
                text=reading.lines[each.line - 1].strip().encode() if each.line <= len(reading.lines) else b"",
                is_grave=bool(asked & {*_leading(reading, loop.source, scope=loop.scope)}),
                words=f"`{each.held.id}` is {each.how} for each element of `{_shown(loop.source)}`:"
                " ten times as many take a hundred times as long",
            )


def _is_worth(reading: Reading, loop: Loop, *, found: "_Searched") -> bool:
    """Whether a loop goes through more than a few, and finds the list as it was in the turn before."""
    source = reading.literal(loop.source, loop.scope)
    is_short = isinstance(source, Collection) and not _grows(reading, loop.source, scope=loop.scope)
    return not is_short and not _made_within(reading, found.held, scope=found.scope, loop=loop)


def _loops(reading: Reading) -> list[Loop]:
    facts = reading.facts
    found: list[Loop] = []
    taken = [(step, _end_of(reading, step)) for step in facts.steps if step.kind == "iterate"][:_MOST]
    found += [Loop(step.value, step.scope, step.line + 1, last) for step, last in taken if last > step.line]
    if facts.language in SCRIPTS:
        for use in reading.uses:
            if method_of(use.call) in _EACH and isinstance(use.call.function, Attribute):
                for index in lambdas_in(use.call):
                    inner = facts.definitions[index]
                    found.append(Loop(use.call.function.of, use.scope, inner.line, inner.end_line))
    return found


def _end_of(reading: Reading, step: Step) -> int:
    """The last line that a loop does again; its own line where it is none of statements."""
    if reading.facts.language != "python":
        return max((last for line, _, last in reading.facts.loops if line == step.line), default=step.line)
    head = reading.lines[step.line - 1] if step.line <= len(reading.lines) else ""
    if not head.lstrip().startswith(("for ", "async for ")):
        return step.line
    depth = len(head) - len(head.lstrip())
    last = step.line
    for number in range(step.line, min(len(reading.lines), step.line + 300)):
        line = reading.lines[number]
        if line.strip() and len(line) - len(line.lstrip()) <= depth and not line.lstrip().startswith(")"):
            break
        last = number + 1
    return last


class _Searched(Struct, frozen=True):
    """A list that is gone through, and how."""

    held: Name
    scope: int
    line: int
    how: str


_SEARCHED: Final = "searched from its beginning"


def _searched(reading: Reading) -> Iterator[_Searched]:
    """What is gone through in a file."""
    if reading.facts.language == "python":
        for step in reading.facts.steps:
            for part in walk(step.value) if type(step.value) in (Either, Call) else ():
                if isinstance(part, Either) and part.operator in _IN and len(part.options) == 2:
                    held = part.options[1]
                    if isinstance(held, Name) and _is_list(reading, held, scope=step.scope):
                        yield _Searched(held, step.scope, step.line, _SEARCHED)
    for use in reading.uses:
        yield from _called(reading, use)


def _called(reading: Reading, use: Use) -> Iterator[_Searched]:
    function, language = use.call.function, reading.facts.language
    first = use.call.arguments[0].value if use.call.arguments else None
    if language == "go" and use.origin == "slices.Contains" and isinstance(first, Name):
        yield _Searched(first, use.scope, use.line, _SEARCHED)
    if not isinstance(function, Attribute) or not isinstance(function.of, Name):
        return
    is_first = isinstance(first, Number) and first.value == "0"
    is_moved = language == "python" and function.name in ("insert", "pop") and is_first
    is_searched = (language in SCRIPTS and function.name in _LOOKS) or (
        language == "java" and function.name in _OF_JAVA
    )
    if (is_moved or is_searched) and _is_list(reading, function.of, scope=use.scope):
        yield _Searched(function.of, use.scope, use.line, "moved by one" if is_moved else _SEARCHED)


def _made_within(reading: Reading, held: Name, *, scope: int, loop: Loop) -> bool:
    """Whether a list is made anew in each turn."""
    return any(
        s.kind in ("bind", "iterate") and s.target == held and loop.first <= s.line <= loop.last
        for s in reading.steps_by_scope.get(scope, ())
    )


def _is_list(reading: Reading, held: Name, *, scope: int) -> bool:
    """Whether a name stands for a list that may be long."""
    value = reading.given(held.id, scope)
    if value is not None:
        return _is_long(reading, value, held=held, scope=scope)
    at = scope
    while at > 0:
        for each in reading.facts.definitions[at].parameters:
            if each.name == held.id:
                return each.annotation is not None and _is_list_type(each.annotation)
        at = reading.facts.definitions[at].parent
    return False


def _is_list_type(annotation: Expr) -> bool:
    outer = annotation.of if isinstance(annotation, Item) else annotation
    return last_name(outer) in _LIST_TYPES


def _is_long(reading: Reading, value: Expr, *, held: Name, scope: int) -> bool:
    language = reading.facts.language
    if isinstance(value, Collection):
        is_made_of_others = any(each.key in ("", "*") for each in value.elements)
        return (is_made_of_others and not _is_set(reading, held)) or (
            not value.elements and _grows(reading, held, scope=scope)
        )
    if not isinstance(value, Call):
        return False
    if language == "python":
        return isinstance(value.function, Name) and value.function.id in ("list", "sorted")
    if language in SCRIPTS:
        return method_of(value) in _LISTS_OF_SCRIPTS
    made = value.function.of if isinstance(value.function, Item) else value.function
    return language == "java" and last_name(made) in _LIST_TYPES


def _is_set(reading: Reading, held: Name) -> bool:
    """Whether a name is given a set or a mapping that is written with braces: facts tell no difference."""
    return held.id in reading.braced


def _grows(reading: Reading, held: Expr, *, scope: int) -> bool:
    return (spelled(held), scope) in reading.grown


def _leading(reading: Reading, source: Expr, *, scope: int) -> Iterator[str]:
    pending: list[Expr] = [source]
    seen: set[str] = set()
    while pending and len(seen) < 20:
        for part in walk(pending.pop()):
            if isinstance(part, Name) and part.id not in seen:
                seen.add(part.id)
                yield part.id
                value = reading.given(part.id, scope)
                pending += [value] if value is not None else []


def _shown(source: Expr) -> str:
    return spelled(source) or "a list"


def spreads(reading: Reading) -> Iterator[Spot]:
    """Collections that are copied whole for each element that is added to them: a reduction that spreads what it has."""
    if reading.facts.language not in SCRIPTS:
        return
    for use in reading.uses:
        if method_of(use.call) != "reduce":
            continue
        for index in lambdas_in(use.call):
            kept = next((each.name for each in reading.facts.definitions[index].parameters), "")
            for step in reading.steps_by_scope.get(index, ()):
                if step.kind == "return" and kept and _copies(step.value, kept):
                    yield Spot(
                        kind=KIND,
                        about=kept,
                        symbol=reading.symbol(use.scope),
                        line=step.line,
                        scope=use.scope,
                        text=without_lines(step.value),
                        words=f"`{kept}` is copied whole for each element: ten times as many take a hundred times as long",
                    )


def _copies(value: Expr, kept: str) -> bool:
    match value:
        case Collection(elements=elements):
            return any(each.key == "*" and each.value == Name(kept) for each in elements)
        case Call(function=Attribute(of=Name(id=name), name="concat")):
            return name == kept
        case _:
            return False


def both(reading: Reading) -> Sequence[Spot]:
    """All of a file."""
    return [*growths(reading), *spreads(reading)]
