"""In what a class of Python is otherwise for those who use what it holds: values, order and names of fields, attributes."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import Severity
from weighbridge.facts.model import Attribute, Call, Definition, Expr, FileFacts, Name, Number, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.code.api_breaks import TYPE, Difference
from weighbridge.landscape.file_names import CLASS_KINDS

ENUMERATIONS: Final = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})
_ALIASES: Final = ("alias", "validation_alias", "serialization_alias")
_FROZEN: Final = "frozen=True"
_INITIAL: Final = "__init__"


def class_differences(before: tuple[FileFacts, int], after: tuple[FileFacts, int]) -> Iterator[Difference]:
    """What those who use a class get or give otherwise, its constructor left aside."""
    old, new = before[0].definitions[before[1]], after[0].definitions[after[1]]
    bases = {last_name(base) for base in new.bases}
    was, now = _values(*before), _values(*after)
    both = [name for name in was if name in now]
    if bases & ENUMERATIONS:
        for name in both:
            one, other = _plain(was[name]), _plain(now[name])
            if one and other and one != other and not name.startswith("_"):
                words = f"`{name}` stands for `{other}` and stood for `{one}`: what was kept or sent as that is not understood"
                yield Difference(TYPE, Severity.MEDIUM, words)
    if _FROZEN in new.signature and _FROZEN not in old.signature:
        yield Difference(TYPE, Severity.MEDIUM, "it cannot be changed any more: what sets a field of one fails")
    counts = [len(fields_of(*each)) for each in (before, after)]
    if "NamedTuple" in bases and counts[0] < counts[1]:
        words = f"it is {counts[1]} values and was {counts[0]}: what takes one apart fails"
        yield Difference(TYPE, Severity.MEDIUM, words)
    for name in both:
        called = [_alias(values[name]) for values in (was, now)]
        if called[0] and called[1] and called[0] != called[1]:
            words = f"`{name}` is called `{called[1]}` outside and was called `{called[0]}`: what sends or reads that is not understood"
            yield Difference(TYPE, Severity.HIGH, words)


def fields_of(facts: FileFacts, index: int) -> list[str]:
    """The fields that a class states, in order."""
    return [d.name for d in facts.definitions if d.parent == index and d.kind == "variable" and ":" in d.signature]


def reordered(base: FileFacts, head: FileFacts) -> set[str]:
    """The classes whose fields are the same in another order."""
    before, after = _fields(base), _fields(head)
    return {name for name, fields in before.items() if name in after and _is_other_order(fields, after[name])}


def attributes(facts: FileFacts) -> dict[str, dict[str, int]]:
    """What objects of each class are given when they are made, with the lines."""
    found: dict[str, dict[str, int]] = {}
    for step in facts.steps:
        match step.target:
            case Attribute(of=Name(id="self"), name=name) if not name.startswith("_"):
                owner = facts.definitions[step.scope].parent
                if facts.definitions[step.scope].name == _INITIAL and owner > 0:
                    found.setdefault(facts.qualified_name(owner), {}).setdefault(name, step.line)
    return found


def set_anywhere(facts: FileFacts, index: int) -> set[str]:
    """The attributes that any method of a class gives to its object."""
    methods = {at for at, each in enumerate(facts.definitions) if each.parent == index}
    targets = (step.target for step in facts.steps if step.scope in methods)
    return {t.name for t in targets if isinstance(t, Attribute) and t.of == Name("self")}


def lost_attributes(base: FileFacts, head: FileFacts) -> Iterator[tuple[str, str, int]]:
    """The class, the name and the line of each attribute that a class that is still there does not give to its objects."""
    before, after = attributes(base), attributes(head)
    for owner, names in before.items():
        yield from ((owner, name, line) for name, line in names.items() if name not in after.get(owner, {}))


def _fields(facts: FileFacts) -> dict[str, list[str]]:
    classes = {at: facts.qualified_name(at) for at, each in enumerate(facts.definitions) if each.kind in CLASS_KINDS}
    found: dict[str, list[str]] = {}
    for each in facts.definitions:
        if each.kind == "variable" and each.parent in classes and _is_stated(each):
            found.setdefault(classes[each.parent], []).append(each.name)
    return found


def _is_stated(definition: Definition) -> bool:
    return ":" in definition.signature


def _is_other_order(before: list[str], after: list[str]) -> bool:
    if before == after:
        return False
    return [name for name in before if name in after] != [name for name in after if name in before]


def _values(facts: FileFacts, index: int) -> dict[str, Expr]:
    return {s.target.id: s.value for s in facts.steps if s.scope == index and isinstance(s.target, Name)}


def _plain(expr: Expr) -> str:
    """A text or number as it is written; empty for all else."""
    match expr:
        case Text(value=value, parts=()) | Number(value=value):
            return value
    return ""


def _alias(expr: Expr) -> str:
    """What a field is called outside, where the library is told so in so many words."""
    if not isinstance(expr, Call) or last_name(expr.function) not in ("Field", "field"):
        return ""
    given = {argument.name: _plain(argument.value) for argument in expr.arguments}
    return next((given[name] for name in _ALIASES if given.get(name)), "")
