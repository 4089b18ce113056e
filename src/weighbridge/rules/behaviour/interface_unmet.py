"""An interface asks for a method, and a type that is one has it not, or another of that name."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.unmet import Lacking, Unmet

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Landscapes),
    roles=("go", "java"),
    weaknesses=(710,),
    tags=("behaviour", "compatibility"),
)

MOST_SHOWN: Final = 20


def check(case: Case) -> Iterable[Finding]:
    """One finding for each interface that asks for something else, and one for each type that lost what is asked for."""
    for unmet in _unmet(case):
        yield _finding(unmet)


def _unmet(case: Case) -> Iterator[Unmet]:
    code, landscapes = case[CodeChange], case[Landscapes]
    if any(True for _ in code.of_role("go")):
        from weighbridge.landscape.go_interfaces import unmet_interfaces  # noqa: PLC0415 - of Go alone

        yield from unmet_interfaces(code, landscapes)
    if any(True for _ in code.of_role("java")):
        from weighbridge.landscape.java_interfaces import unmet_classes  # noqa: PLC0415 - of Java alone

        yield from unmet_classes(code, landscapes)


def _finding(unmet: Unmet) -> Finding:
    first, *others = sorted(unmet.types, key=lambda each: is_test(each.stands.path))
    more = f", and so {'does' if len(others) == 1 else 'do'} {counted(len(others), 'more type')}" if others else ""
    return RULE.finding(
        (_of_type(unmet, first) if unmet.is_of_type else _of_interface(unmet, first)) + more,
        unmet.place,
        anchor=f"{unmet.name} {first.name if unmet.is_of_type else ''} {' '.join(unmet.asked)}",
        related=tuple(place for each in (first, *others)[:MOST_SHOWN] for place in _places(unmet, each)),
        severity=Severity.MEDIUM if is_test(first.stands.path) else RULE.severity,
    )


def _of_interface(unmet: Unmet, first: Lacking) -> str:
    asked = f"another `{first.lacks}`" if first.has_another else f"`{first.lacks}`"
    used = f"used as one in {first.used}" if first.used is not None else "which is one"
    has = "has the old one" if first.has_another else "lacks it"
    return f"`{unmet.name}` asks for {asked} now, and `{first.name}`, {used}, {has}"


def _of_type(unmet: Unmet, first: Lacking) -> str:
    used = f"is used as one in {first.used}" if first.used is not None else "is one"
    if first.has_another:
        return f"`{first.name}` has another `{first.lacks}` than `{unmet.name}` asks for, and {used}"
    return f"`{first.name}` has no `{first.lacks}` any more, which `{unmet.name}` asks for, and {used}"


def _places(unmet: Unmet, each: Lacking) -> Iterator[RelatedPlace]:
    lacks = f"has another `{each.lacks}`" if each.has_another else f"lacks `{each.lacks}`"
    yield RelatedPlace(place=each.stands, message=lacks)
    if each.used is not None:
        yield RelatedPlace(place=each.used, message=f"is used as a `{unmet.name}`")
