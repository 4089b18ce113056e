"""A definition is gone, and something in head still leads to it."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.dangling import Removal, code_first, dangling_uses
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(710,),
    tags=("behaviour", "compatibility"),
)

MOST_SHOWN: Final = 20


def check(case: Case) -> Iterable[Finding]:
    """One finding for each removed definition, at the first use that is left."""
    for removal in dangling_uses(case[CodeChange], case[Landscapes]):
        yield _finding(removal)


def _finding(removal: Removal) -> Finding:
    first, *others = code_first(removal.uses)
    what = f"`{removal.name}`" if removal.name else str(removal.stood.path)
    more = f", and {counted(len(others), 'more place')} with it" if others else ""
    stood = RelatedPlace(place=removal.stood, message="it stood here")
    return RULE.finding(
        f"{what} is gone and still used here{more}",
        first,
        anchor=f"{removal.stood.path} {removal.name}",
        related=(stood, *(RelatedPlace(place=p, message="still uses it") for p in others[:MOST_SHOWN])),
        severity=Severity.MEDIUM if is_test(first.path) else Severity.HIGH,
    )
