"""A Go interface asks for more, and a type that is used as it has not what it asks for."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.go_interfaces import Unmet, unmet_interfaces
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Landscapes),
    roles=("go",),
    weaknesses=(710,),
    tags=("behaviour", "compatibility"),
)

MOST_SHOWN: Final = 20


def check(case: Case) -> Iterable[Finding]:
    """One finding for each interface, at the first method that it asks for besides."""
    for unmet in unmet_interfaces(case[CodeChange], case[Landscapes]):
        yield _finding(unmet)


def _finding(unmet: Unmet) -> Finding:
    first, *others = sorted(unmet.types, key=lambda each: is_test(each.stands.path))
    more = f", and so {'does' if len(others) == 1 else 'do'} {counted(len(others), 'more type')}" if others else ""
    related = [
        place
        for each in (first, *others)[:MOST_SHOWN]
        for place in (
            RelatedPlace(place=each.stands, message=f"lacks `{each.lacks}`"),
            RelatedPlace(place=each.used, message=f"is used as a `{unmet.name}`"),
        )
    ]
    return RULE.finding(
        f"`{unmet.name}` asks for `{first.lacks}` now, and `{first.name}`, used as one in {first.used}, lacks it{more}",
        unmet.place,
        anchor=f"{unmet.name} {' '.join(unmet.asked)}",
        related=tuple(related),
        severity=Severity.MEDIUM if is_test(first.stands.path) else RULE.severity,
    )
