"""Whether who calls an operation reads what is gone from its answers, or sends what is no longer taken: seen in the calling code."""

from collections.abc import Iterator, Sequence
from typing import Final

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Argument, Call, Collection, Expr, FileFacts, Step, Text
from weighbridge.landscape.contracts.breaks import Break
from weighbridge.landscape.contracts.implicit.asking import reading
from weighbridge.landscape.contracts.implicit.sent import held_keys
from weighbridge.landscape.contracts.uses import Consumer
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.terms import expressions

_BODIES: Final = frozenset({"", "json", "data", "body", "payload", "content"})
"""Names by which calls are given what they send."""
_OPTIONS: Final = frozenset({"method", "headers", "body", "data"})
"""Keys of an object that says how a request is made."""


def relied_on(found: Break, called: Sequence[Consumer], *, landscape: Landscape) -> tuple[str, list[Consumer]]:
    """How callers rely on what is gone, as the beginning of "… here by", and which do."""
    if found.reads:
        return "read", [*_reading(found, called, landscape=landscape)]
    if not found.taken or not found.is_of_root:
        return "", []
    sent = {each: sorted(_beyond(found.taken, each, landscape=landscape)) for each in called}
    names = dict.fromkeys(name for several in sent.values() for name in several)
    shown = ", ".join(f"`{name}`" for name in names)
    return f"{shown} {'are' if len(names) > 1 else 'is'} sent", [each for each, several in sent.items() if several]


def _reading(found: Break, called: Sequence[Consumer], *, landscape: Landscape) -> Iterator[Consumer]:
    """Who reads it: those in whose own lines it stands, or all of a file where it stands elsewhere in that."""
    read = {each: _read_at(found, each, landscape=landscape) for each in called}
    inside = [each for each, line in read.items() if line and _is_inside(each, line, landscape=landscape)]
    near = {each.place.path for each in inside}
    yield from (each for each, line in read.items() if line and (each in inside or each.place.path not in near))


def _read_at(found: Break, consumer: Consumer, *, landscape: Landscape) -> int:
    """The line of the calling file that reads it; 0 where none does."""
    path = consumer.place.path
    facts = landscape.facts(path)
    if facts is None:
        return 0
    if found.is_header:
        asked = ((part, line) for _, line, expr in expressions(facts) for part in walk(expr) if type(part) is Text)
        return next((line for part, line in asked if part.value.lower() == found.reads.lower()), 0)
    scope = _scope_at(facts, consumer.place.line)
    place = next(reading(facts, path, key=(found.reads, False), scope=scope), None)
    return place.line if place is not None else 0


def _is_inside(consumer: Consumer, line: int, *, landscape: Landscape) -> bool:
    facts = landscape.facts(consumer.place.path)
    scope = _scope_at(facts, consumer.place.line) if facts is not None else 0
    return (
        facts is not None and scope > 0 and facts.definitions[scope].line <= line <= facts.definitions[scope].end_line
    )


def _scope_at(facts: FileFacts, line: int) -> int:
    """The innermost definition that a line stands in."""
    inside = [i for i, each in enumerate(facts.definitions) if i and each.line <= line <= each.end_line]
    return inside[-1] if inside else 0


def _beyond(taken: Sequence[str], consumer: Consumer, *, landscape: Landscape) -> set[str]:
    """The members of what a caller sends that are none of those taken; nothing where it may be something else that it sends."""
    facts = landscape.facts(consumer.place.path)
    for step, value in _sent(facts, consumer.place.line) if facts is not None else ():
        keys = held_keys(facts, step, value=value) if facts is not None else None
        if keys is not None and not keys.keys().isdisjoint(taken):
            return set(keys) - set(taken)
    return set()


def _sent(facts: FileFacts, line: int) -> Iterator[tuple[Step, Expr]]:
    """What the calls of a line are given to send, each with the step that does it."""
    for step in facts.steps:
        for call in walk(step.value):
            if type(call) is Call and call.line == line:
                yield from ((step, value) for given in call.arguments for value in _bodies(given))


def _bodies(given: Argument) -> Iterator[Expr]:
    if given.name not in _BODIES:
        return
    value = given.value
    if type(value) is Collection and not _OPTIONS.isdisjoint(each.key for each in value.elements):
        yield from (each.value for each in value.elements if each.key in ("body", "data"))
    else:
        yield value
