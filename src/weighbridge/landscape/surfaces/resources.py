"""Resource allocation: pools, threads, memory, timeouts and limits whose values a change sets, old and new quoted."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import Surface, SurfaceKind
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr, FileFacts, Item, Name, Number, Text
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.pairing import left_over
from weighbridge.landscape.surfaces.names import is_measure, speaks_of_limits, speaks_of_resources
from weighbridge.landscape.terms import expressions

_KIND = SurfaceKind.RESOURCES
_TIMERS = frozenset({"setTimeout", "setInterval", "clearTimeout", "clearInterval", "useTimeout"})
"""They wait; they allocate nothing."""
_DURATIONS: Final = {
    "Nanosecond": "ns",
    "Microsecond": "us",
    "Millisecond": "ms",
    "Second": "s",
    "Minute": "m",
    "Hour": "h",
}
"""Go's units of time, as its own text for durations has them."""


_VERBS: Final = frozenset({"set", "with"})
_SETTING: Final = _VERBS | {"size", "capacity", "limit", "max", "resize", "maximum"}
"""Words of calls that set how much there is, and do not say of what."""


class Slot(Struct, frozen=True):
    """Where a value is set: the definition it stands in, what it is set on, and its name."""

    symbol: str
    of: str
    name: str

    @property
    def label(self) -> str:
        """What people call it: `pool.size`."""
        return f"{self.of}.{self.name}" if self.of and self.name else self.of or self.name


class Amount(Struct, frozen=True):
    """A value as written, and the line its statement begins at."""

    value: str
    line: int


class AmountChange(Struct, frozen=True, kw_only=True):
    """One slot whose value differs: None where it is not set; `line` is head's, 0 where it is gone."""

    slot: Slot
    before: str | None
    after: str | None
    line: int


_Found = defaultdict[Slot, list[Amount]]


def changed_settings(path: RepoPath, before: str, *, after: str) -> Iterator[Surface]:
    """The resources a configuration file gives differently in `after` than in `before`."""
    from weighbridge.landscape.surfaces.settings import settings_of  # noqa: PLC0415 - parsers that hooks rarely need

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
    """The resources that a file's code sets differently."""
    for change in amount_changes(file):
        reason = _words(change.slot.label, old=change.before, new=change.after)
        yield Surface(kind=_KIND, path=file.change.path, reason=reason, symbol=holder(file, change))


def holder(file: FileCode, change: AmountChange) -> str:
    """The innermost definition around a value, be it a variable: what uses that is what leans on the value."""
    if file.head is None or not change.line:
        return change.slot.symbol
    definitions = file.head.definitions
    around = [i for i, d in enumerate(definitions) if i and d.kind != "lambda" and d.line <= change.line <= d.end_line]
    return file.head.qualified_name(max(around, key=lambda i: definitions[i].line)) if around else ""


def amount_changes(file: FileCode) -> Iterator[AmountChange]:
    """What a file's code sets differently; a file that is new or gone has nothing to compare with."""
    if file.base is None or file.head is None:
        return
    alike = _alike(file.base, file.head)
    was, now = _constants(file.base), _constants(file.head)
    gone = {name: value for name, value in was.items() if name not in now}
    come = {name: value for name, value in now.items() if name not in was}
    old, new = amounts(file.base, but=alike, named=gone), amounts(file.head, but=alike, named=come)
    kept = {file.head.qualified_name(n) for n in range(len(file.head.definitions))}
    for slot in dict.fromkeys((*new, *old)):
        if slot.symbol in kept:
            yield from _changes(slot, old=old.get(slot, []), new=new.get(slot, []))


def _changes(slot: Slot, *, old: list[Amount], new: list[Amount]) -> Iterator[AmountChange]:
    """What differs: in pairs while as many values are set as before, else what came and what went."""
    if len(old) == len(new):
        pairs: list[tuple[Amount | None, Amount | None]] = [
            (a, b) for a, b in zip(old, new, strict=True) if a.value != b.value
        ]
    else:
        gone, come = left_over(old, new, by=_value), left_over(new, old, by=_value)
        shared = min(len(gone), len(come))
        pairs = [*zip(gone[:shared], come[:shared], strict=True)]
        pairs += [*((amount, None) for amount in gone[shared:]), *((None, amount) for amount in come[shared:])]
    for before, after in pairs:
        yield AmountChange(
            slot=slot,
            before=before.value if before else None,
            after=after.value if after else None,
            line=after.line if after else 0,
        )


def _value(amount: Amount) -> str:
    return amount.value


def _alike(base: FileFacts, head: FileFacts) -> Container[str]:
    """The definitions that say the same on both sides, to the letter."""
    before, after = _texts(base), _texts(head)
    return {name for name, texts in after.items() if texts == before.get(name) and all(texts)}


def _texts(facts: FileFacts) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for index, definition in enumerate(facts.definitions):
        found.setdefault(facts.qualified_name(index), []).append(definition.text)
    return found


def _constants(facts: FileFacts) -> Mapping[str, Number]:
    """The names of a file's top level that are one number."""
    given: dict[str, list[Expr]] = {}
    for step in facts.steps:
        if step.scope == 0 and step.kind == "bind" and isinstance(step.target, Name) and step.target.id.isupper():
            given.setdefault(step.target.id, []).append(step.value)
    return {name: each[0] for name, each in given.items() if len(each) == 1 and isinstance(each[0], Number)}


def _spelled_out(value: Expr, named: Mapping[str, Number]) -> Expr:
    """A value with the numbers of some names in their place, as far as operators go."""
    if isinstance(value, Name):
        return named.get(value.id, value)
    if isinstance(value, Either) and named:
        return Either(tuple(_spelled_out(option, named) for option in value.options), value.operator)
    return value


def amounts(
    facts: FileFacts, *, but: Container[str], named: Mapping[str, Number] = MappingProxyType({})
) -> Mapping[Slot, list[Amount]]:
    """Every amount of a resource a file's code sets, in the order of the text, but for what stands in some definitions.

    The numbers of the constants that are `named` stand where these are used: one that is given a name is the same.
    """
    found: _Found = defaultdict(list)
    for index, definition in enumerate(facts.definitions):
        symbol = facts.qualified_name(index)
        for parameter in definition.parameters if symbol not in but else ():
            _take(found, Slot(symbol, "", parameter.name), value=parameter.default, line=definition.line)
    says = speaks_of_limits if facts.language == "go" else speaks_of_resources
    for step in facts.steps:
        symbol = facts.qualified_name(step.scope)
        if symbol in but:
            continue
        if step.kind == "bind" and (name := _target(step.target)):
            _take(found, Slot(symbol, "", name), value=_spelled_out(step.value, named), line=step.line, says=says)
        elif step.kind == "return" and step.scope:
            last = symbol.rpartition(".")[2]
            _take(found, Slot(symbol, last, ""), value=_spelled_out(step.value, named), line=step.line)
    for scope, _, outer in expressions(facts):
        symbol = facts.qualified_name(scope)
        if symbol in but:
            continue
        embedded = _embedded(outer) if facts.language == "go" else {}
        for expr in walk(outer):
            if isinstance(expr, Call):
                called = embedded.get(id(expr), _called(expr.function))
                _take_call(found, expr, symbol=symbol, called=called, says=says)
    return found


def _embedded(outer: Expr) -> Mapping[int, str]:
    """The literals of embedded structs in an expression, with the name of what embeds them: their fields are its own.

    Go's key for an embedded struct is the name of its type: `Server{Limits: Limits{Timeout: 60}}` is `Server{Timeout: 60}`.
    """
    found: dict[int, str] = {}
    for expr in walk(outer):
        if not isinstance(expr, Call):
            continue
        name = found.get(id(expr), _called(expr.function))
        for argument in expr.arguments:
            if isinstance(argument.value, Call) and argument.name and argument.name == _called(argument.value.function):
                found[id(argument.value)] = name
    return found


def _take_call(found: _Found, call: Call, *, symbol: str, called: str, says: Callable[[str], bool]) -> None:
    if called in _TIMERS:
        return
    for argument in call.arguments:
        if argument.name.strip("*"):
            _take(found, Slot(symbol, called, argument.name), value=argument.value, line=call.line, says=says)
        elif isinstance(argument.value, Collection):
            for element in argument.value.elements:
                if not element.key.isdigit():
                    _take(found, Slot(symbol, called, element.key), value=element.value, line=call.line)
        elif not argument.name:
            _take(
                found,
                Slot(symbol, called, ""),
                value=argument.value,
                line=call.line,
                says=_sets(says, call, symbol=symbol),
            )


def _sets(says: Callable[[str], bool], call: Call, *, symbol: str) -> Callable[[str], bool]:
    """How the name of a call speaks that sets a measure, and leaves to what it is called on, or its class, of what: `setSize`."""
    words = frozenset(words_of(_called(call.function)))
    if not words or not words <= _SETTING or words <= _VERBS:
        return says
    of = call.function.of if isinstance(call.function, Attribute) else None
    owner = of.name if isinstance(of, Attribute) else of.id if isinstance(of, Name) else ""
    owners = " ".join([*symbol.split(".")[:-1], owner])
    return lambda name: says(f"{owners} size {name}")


def _take(
    found: _Found,
    slot: Slot,
    *,
    value: Expr | None,
    line: int,
    says: Callable[[str], bool] = speaks_of_resources,
) -> None:
    """Keep the value where the slot's own name speaks of a resource, or what it is set on and its name together."""
    speaks = says(slot.name) or (bool(slot.of) and not _names_something(slot.name) and says(f"{slot.of} {slot.name}"))
    amount = _amount(value) if value is not None and speaks else ""
    if amount:
        found[slot].append(Amount(amount, line))


def _names_something(name: str) -> bool:
    return name.lower() in ("name", "id", "key", "port", "host", "version", "index")


def _amount(value: Expr) -> str:
    """A number as written, also as text with a unit; operands of a computation are listed together."""
    match value:
        case Number(value=text):
            return text
        case Text(value=text, parts=()) if is_measure(text):
            return text
        case Attribute() | Either():
            return _duration(value) or " and ".join(_numbers(value))
        case Call(arguments=(argument,)) if not argument.name:
            return _amount(argument.value)
        case _:
            return ""


def _duration(value: Expr) -> str:
    """Go's `30 * time.Second`, as its own text for durations has it."""
    match value:
        case Either(options=(Number(value=number), Attribute(of=Name(id="time"), name=unit))) if unit in _DURATIONS:
            return f"{number}{_DURATIONS[unit]}"
        case Attribute(of=Name(id="time"), name=unit) if unit in _DURATIONS:
            return f"1{_DURATIONS[unit]}"
        case _:
            return ""


def _numbers(value: Expr) -> Iterator[str]:
    options = value.options if isinstance(value, Either) else ()
    return (part.value for option in options for part in walk(option) if isinstance(part, Number))


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
        case Item(of=Name(id="chan")):
            return "channel capacity"
        case _:
            return ""
