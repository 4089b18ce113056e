"""What keeps its name and is in another unit: what a function hands out whose name or note says the unit, and a setting."""

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Call, Either, Expr, FileFacts, Number, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite, Rewritten
from weighbridge.landscape.contracts.implicit.settings_read import MARKS, settings_read
from weighbridge.landscape.contracts.implicit.units import factor_between, factor_of_numbers, scale_of, unit_of
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test

_SAID: Final = LatePattern(
    r"(?i)\b(?:in|of|as) (milliseconds|seconds|minutes|hours|days|cents|bytes|kilobytes|megabytes)\b"
)
_PRODUCTS: Final = frozenset({"*", "/", "//", ""})


class OtherUnit(Struct, frozen=True, kw_only=True):
    """One name under which there is another unit: `unit` as its name or note says it, `factor` what it is multiplied by."""

    rewrite: Rewrite
    name: str
    unit: str
    factor: str
    users: tuple[Place, ...]


def other_results(rewritten: Rewritten, landscapes: Landscapes, *, code: CodeChange) -> Iterator[OtherUnit]:
    """Every function that says its unit and hands out another; `users` call it and were not changed with it."""
    told: set[tuple[str, str]] = set()
    for each in rewritten:
        facts, name = each.file.head, each.symbol.rpartition(".")[2]
        if (
            each.step.kind != "return"
            or each.after is None
            or facts is None
            or (each.file.change.path, each.symbol) in told
        ):
            continue
        factor = _factor(each)
        unit = _unit(facts, each.symbol) if factor else ""
        if unit:
            told.add((each.file.change.path, each.symbol))
            users = tuple(_users(each, landscapes, code=code))
            yield OtherUnit(rewrite=each, name=name, unit=unit, factor=factor, users=users)


def other_settings(
    rewritten: Rewritten, *, set_by: Callable[[str], list[Place]], code: CodeChange
) -> Iterator[OtherUnit]:
    """Every setting that is taken in another unit than it was, and that a deployment sets which was not changed with it."""
    names: dict[str, set[str]] = {}
    for each in rewritten:
        if each.after is None or not (scale_of(each.before) or scale_of(each.after)):
            continue
        path = each.file.change.path
        if path not in names:
            names[path] = _settings(each.file.base) & _settings(each.file.head)
        name = next((word for word in _texts(each.before) if word in names[path] and word in _texts(each.after)), "")
        factor = _of_setting(each.before, each.after) if name else ""
        if factor:
            users = tuple(place for place in set_by(name) if place.path not in code.files)
            yield OtherUnit(rewrite=each, name=name, unit=unit_of(name.lower()), factor=factor, users=users)


def _of_setting(before: Expr, after: Expr) -> str:
    """What it is multiplied by before it is used; the default may be another too."""
    was, now = scale_of(before), scale_of(after)
    if bool(was) == bool(now):
        return ""
    return now or ("/" if was.startswith("*") else "*") + was[1:]


def _factor(each: Rewrite) -> str:
    """What is handed out is multiplied by, where the rest of it is as it was."""
    assert each.after is not None, "a statement that went hands nothing out"
    whole = each.step.value
    if each.slots:
        return ""
    if found := factor_between(each.before, each.after):
        return found
    is_part = whole is each.before or (
        type(whole) is Either and whole.operator in _PRODUCTS and any(option is each.before for option in whole.options)
    )
    is_product = type(each.before) is Number and is_part
    return factor_of_numbers(each.before, each.after) if is_product else ""


def _unit(facts: FileFacts, symbol: str) -> str:
    """The unit that a function's name or note says."""
    name = symbol.rpartition(".")[2]
    if found := unit_of(name):
        return found
    notes = (
        d.documentation for i, d in enumerate(facts.definitions) if d.name == name and facts.qualified_name(i) == symbol
    )
    said = next((match for note in notes if (match := _SAID.search(note))), None)
    return said[1].lower() if said else ""


def _users(each: Rewrite, landscapes: Landscapes, *, code: CodeChange) -> Iterator[Place]:
    facts = each.file.head
    holder, _, name = each.symbol.rpartition(".")
    known = range(len(facts.definitions)) if facts else ()
    scope = next((at for at in known if facts and facts.qualified_name(at) == holder), 0)
    found: dict[str, Place] = {}
    for one in landscapes.head.references.to((each.file.change.path, scope, name)):
        path = one.source.path
        if path != each.file.change.path and path not in code.files and not is_test(path):
            found.setdefault(path, Place(path=path, line=one.line, end_line=one.line))
    return iter(found.values())


def _settings(facts: FileFacts | None) -> set[str]:
    said = facts is not None and any(mark in MARKS for mark in _mentioned(facts))
    return {each.name for each in settings_read(facts)} if facts is not None and said else set()


def _mentioned(facts: FileFacts) -> Iterator[str]:
    for step in facts.steps:
        for part in walk(step.value):
            if type(part) is Call:
                yield last_name(part.function)
            yield last_name(part)


def _texts(expr: Expr | None) -> list[str]:
    return [part.value for part in walk(expr) if type(part) is Text] if expr is not None else []
