"""Settings by which something is protected that is open where nobody sets them: of documents, cookies, templates."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr, FileFacts, Item, Name, Step, Switch, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.functions import named_around, steps_by_function
from weighbridge.landscape.switches import last_of

_ON: Final = (
    frozenset({"disallow", "doctype"}),
    frozenset({"secure", "processing"}),
    frozenset({"secure", "cookie"}),
    frozenset({"secure", "redirect"}),
    frozenset({"http", "only"}),
    frozenset({"autoescape"}),
    frozenset({"context", "isolation"}),
)
_OFF: Final = (
    frozenset({"external", "entities"}),
    frozenset({"load", "dtd"}),
    frozenset({"expand", "entity"}),
    frozenset({"resolve", "entities"}),
)
_ALONE: Final = frozenset({"secure"})
"""A cookie's setting, where it is a word of its own."""


class Setting(Struct, frozen=True, kw_only=True):
    """Something that a function sets so that it protects; `of` is what must be there yet for it to be missed."""

    symbol: str
    name: str
    line: int
    of: str


def protections(files: Iterable[FileFacts | None]) -> Counter[str]:
    """How often each name is set so that it protects."""
    return Counter(
        last_of(each.name) for facts in files if facts is not None for each in facts.switches if protects(each)
    )


def lost_settings(base: FileFacts, head: FileFacts, *, of: Container[str]) -> Iterator[Setting]:
    """What the functions named by `of` set so that it protected, though they do what it was set for and its name is gone from the file."""
    names = {last_of(each.name) for each in base.switches if protects(each)}
    said = set(_named_in(head)) if names else set()
    protecting = {(last_of(each.name), each.line) for each in base.switches if protects(each)}
    done = steps_by_function(head) if names else {}
    for each in _settings(base, names - said) if names - said else ():
        if (each.name, each.line) in protecting and each.symbol in of and _is_missed(each, done.get(each.symbol, ())):
            yield each


def _named_in(facts: FileFacts) -> Iterator[str]:
    """All by which a setting may be named in a file, whatever it is set to."""
    for definition in facts.definitions:
        yield from (each.name for each in definition.parameters)
    for step in facts.steps:
        yield last_name(step.target) if step.target is not None else ""
        for part in (*walk(step.value), *(walk(step.target) if step.target is not None else ())):
            match part:
                case Text(value=said):
                    yield last_of(said)
                case Collection(elements=elements):
                    yield from (each.key for each in elements)
                case Call(arguments=arguments):
                    yield from (each.name for each in arguments)
                case Name(id=name) | Attribute(name=name):
                    yield name
                case _:
                    pass


def _settings(facts: FileFacts, names: Container[str]) -> Iterator[Setting]:
    ordered = sorted(facts.steps, key=_line)
    for switch in facts.switches:
        name = last_of(switch.name)
        step = _step_at(ordered, switch.line) if name in names else None
        if step is not None:
            yield Setting(symbol=named_around(facts, step.scope), name=name, line=switch.line, of=_needed(step))


def protects(switch: Switch) -> bool:
    """Whether a switch is set so that something is protected that is open where nobody sets it."""
    words = frozenset(words_of(last_of(switch.name)))
    if not switch.is_on:
        return any(each <= words for each in _OFF)
    return words == _ALONE or any(each <= words for each in _ON)


def _step_at(ordered: Sequence[Step], line: int) -> Step | None:
    """The statement that a line belongs to, of all in the order of their lines: the first of the last line with one, up to there."""
    after = bisect_right(ordered, line, key=_line)
    return ordered[bisect_left(ordered, ordered[after - 1].line, key=_line)] if after else None


def _line(step: Step) -> int:
    return step.line


def _needed(step: Step) -> str:
    """What must be there yet for a setting to be missed: what is set, or what is called with the setting; empty for a variable."""
    call = next(calls_in(step.value), None)
    if call is None:
        return root_of(step.target) if isinstance(step.target, Attribute | Item) else ""
    is_setter = isinstance(call.function, Attribute) and not any(
        each.name or isinstance(each.value, Collection) for each in call.arguments
    )
    return root_of(call.function) if is_setter else last_name(call.function)


def _is_missed(setting: Setting, inside: Sequence[Step]) -> bool:
    """Whether a function of these statements does something yet with what was set, or calls what was told the setting."""
    calls = (call for step in inside for call in calls_in(step.value)) if setting.of else iter(())
    return not setting.of or any(setting.of in (last_name(call.function), root_of(call.function)) for call in calls)


def root_of(expr: Expr | None) -> str:
    """The first name of what something is taken out of, or called on: `r` of `r.Header.Del("Cookie")`."""
    while not isinstance(expr, Name):
        match expr:
            case Call(function=inner) | Attribute(of=inner) | Item(of=inner) | Either(options=(inner, *_)):
                expr = inner
            case _:
                return ""
    return expr.id
