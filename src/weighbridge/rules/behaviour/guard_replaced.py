"""The name of a check stands for something else, that checks nothing."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.replaced_guards import ReplacedGuard, ReplacedGuards

if TYPE_CHECKING:
    from weighbridge.landscape.asked_for import AskedOtherwise

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(862, 284),
    tags=("behaviour", "authentication", "authorisation"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each place at which a check's name gets another meaning."""
    for replaced in ReplacedGuards(case[CodeChange], case[Landscapes]).found():
        yield _finding(replaced)
    if not any(file.change.removed for file in case[CodeChange].files.values()):
        return
    from weighbridge.landscape.asked_for import asked_otherwise  # noqa: PLC0415 - what is only added asks nothing otherwise

    for asked in asked_otherwise(case[CodeChange], case[Landscapes]):
        yield _asks_otherwise(asked)


def _finding(replaced: ReplacedGuard) -> Finding:
    stood = replaced.stood
    return RULE.finding(
        f"`{replaced.name}` stands for `{replaced.now}` now, which refuses nothing",
        replaced.place,
        anchor=f"{replaced.name} {replaced.now}",
        related=(RelatedPlace(place=stood, message="the check that it stood for"),) if stood is not None else (),
    )


def _asks_otherwise(asked: "AskedOtherwise") -> Finding:
    subject = f"`{asked.slot.name or asked.path}`"
    return RULE.finding(
        f"{subject} asks `{asked.now.name}` for something else: {asked.now}, where it was {asked.before}",
        asked.place,
        anchor=f"{asked.slot.name} {asked.now.name} {' '.join(asked.now.wants)}",
        related=(RelatedPlace(place=asked.stood, message="what it asked for"),),
        severity=Severity.HIGH if asked.is_weaker else Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
    )
