"""Resource allocation: pools, threads, memory, timeouts and limits whose values a change sets, old and new quoted."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import Surface, SurfaceKind
from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr, FileFacts, Name, Number, Text
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.surfaces.names import is_measure, speaks_of_resources
from weighbridge.landscape.surfaces.settings import settings_of
from weighbridge.landscape.terms import expressions, walk

_KIND = SurfaceKind.RESOURCES
_TIMERS = frozenset({"setTimeout", "setInterval", "clearTimeout", "clearInterval", "useTimeout"})
"""They wait; they allocate nothing."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value is set: the definition it stands in, what it is set on, and its name."""

    symbol: str
    of: str
    name: str


def changed_settings(path: RepoPath, before: str, *, after: str) -> Iterator[Surface]:
    """The resources a configuration file gives differently in `after` than in `before`."""
    old, new = settings_of(path, before), settings_of(path, after)
    for key in dict.fromkeys((*new, *old)):
        one, other = old.get(key), new.get(key)
        if one != other and _counts(key, one, other):
            yield Surface(kind=_KIND, path=path, reason=_words(key, old=one, new=other), symbol="")


def _counts(key: str, *values: str | None) -> bool:
    """The last two parts of a key speak for it, so that `limits.memory` and `pool.size` do."""
    telling = " ".join(part for part in key.split(".")[-2:] if not part.isdigit())
    said = [value for value in values if value is not None]
    return speaks_of_resources(telling) and any(map(is_measure, said)) and all(len(v) <= 80 for v in said)


def _words(name: str, *, old: str | None, new: str | None) -> str:
    if old is None:
        return f"`{name}` {new} is set for the first time"
    return f"`{name}` {old} is no longer set" if new is None else f"`{name}` {old} -> {new}"


def changed_amounts(file: FileCode) -> Iterator[Surface]:
    """The resources that a file's code sets differently; a file that is new or gone has nothing to compare with."""
    if file.base is None or file.head is None:
        return
    old, new = amounts(file.base), amounts(file.head)
    kept = {file.head.qualified_name(n) for n in range(len(file.head.definitions))}
    for slot in dict.fromkeys((*new, *old)):
        if slot.symbol in kept:
            yield from _changes(file.change.path, slot, old=old.get(slot, []), new=new.get(slot, []))


def _changes(path: RepoPath, slot: Slot, *, old: list[str], new: list[str]) -> Iterator[Surface]:
    """What differs: in pairs while as many values are set as before, else what came and what went."""
    label = f"{slot.of}.{slot.name}" if slot.of and slot.name else slot.of or slot.name
    if len(old) == len(new):
        pairs: list[tuple[str | None, str | None]] = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    else:
        gone, come = _without(old, new), _without(new, old)
        shared = min(len(gone), len(come))
        pairs = [*zip(gone[:shared], come[:shared], strict=True)]
        pairs += [*((value, None) for value in gone[shared:]), *((None, value) for value in come[shared:])]
    for before, after in pairs:
        yield Surface(kind=_KIND, path=path, reason=_words(label, old=before, new=after), symbol=slot.symbol)


def _without(values: list[str], others: list[str]) -> list[str]:
    left = list(others)
    found = []
    for value in values:
        if value in left:
            left.remove(value)
        else:
            found.append(value)
    return found


def amounts(facts: FileFacts) -> Mapping[Slot, list[str]]:
    """Every amount of a resource a file's code sets, in the order of the text."""
    found: defaultdict[Slot, list[str]] = defaultdict(list)
    for index, definition in enumerate(facts.definitions):
        for parameter in definition.parameters:
            _take(found, Slot(facts.qualified_name(index), "", parameter.name), value=parameter.default)
    for step in facts.steps:
        if step.kind == "bind" and (name := _target(step.target)):
            _take(found, Slot(facts.qualified_name(step.scope), "", name), value=step.value)
    for scope, _, outer in expressions(facts):
        symbol = facts.qualified_name(scope)
        for expr in walk(outer):
            if isinstance(expr, Call):
                _take_call(found, expr, symbol=symbol)
    return found


def _take_call(found: defaultdict[Slot, list[str]], call: Call, *, symbol: str) -> None:
    called = _called(call.function)
    if called in _TIMERS:
        return
    for argument in call.arguments:
        if argument.name.strip("*"):
            _take(found, Slot(symbol, called, argument.name), value=argument.value)
        elif isinstance(argument.value, Collection):
            for element in argument.value.elements:
                if not element.key.isdigit():
                    _take(found, Slot(symbol, called, element.key), value=element.value)
        elif not argument.name:
            _take(found, Slot(symbol, called, ""), value=argument.value)


def _take(found: defaultdict[Slot, list[str]], slot: Slot, *, value: Expr | None) -> None:
    """Keep the value where the slot's own name speaks of a resource, or what it is set on and its name together."""
    speaks = speaks_of_resources(slot.name) or (
        bool(slot.of) and not _names_something(slot.name) and speaks_of_resources(f"{slot.of} {slot.name}")
    )
    amount = _amount(value) if value is not None and speaks else ""
    if amount:
        found[slot].append(amount)


def _names_something(name: str) -> bool:
    return name.lower() in ("name", "id", "key", "port", "host", "version", "index")


def _amount(value: Expr) -> str:
    """A number as written, also as text with a unit; operands of a computation are listed together."""
    match value:
        case Number(value=number):
            return number
        case Text(value=text, parts=()) if is_measure(text):
            return text
        case Either(options=options):
            numbers = [part.value for option in options for part in walk(option) if isinstance(part, Number)]
            return " and ".join(numbers)
        case Call(arguments=(argument,)) if not argument.name:
            return _amount(argument.value)
        case _:
            return ""


def _target(target: Expr | None) -> str:
    match target:
        case Name(id=name) | Attribute(name=name):
            return name
        case _:
            return ""


def _called(function: Expr) -> str:
    match function:
        case Name(id=name) | Attribute(name=name):
            return name
        case _:
            return ""
