"""Names that get their numbers by their order stand for other numbers."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.code.renumbered import Numbers, Renumbered

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Numbers,),
    roles=("python", "typescript", "tsx", "go", "java"),
    tags=("contract", "compatibility"),
)

_NAMED: Final = 3


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each type."""
    for each in case[Numbers].moved():
        yield _finding(each)


def _finding(moved: Renumbered) -> Finding:
    others = [f"`{each}`" for each in moved.names[1:_NAMED]]
    more = f", {', '.join(others)}" if others else ""
    more += f" and {len(moved.names) - _NAMED} more" if len(moved.names) > _NAMED else ""
    moves = f"; so do{'es' if len(moved.names) == 2 else ''}{more[1:]}" if more else ""
    kept = f": {moved.kept} keeps or sends it as its number, and what was kept is read as another" if moved.kept else ""
    return RULE.finding(
        f"`{moved.names[0]}` stands for {moved.after} now and stood for {moved.before}{moves}"
        f"{kept or ': what was kept or sent by its number is read as another'}"
        f"{f'. It is at most low: {moved.not_yet}' if moved.not_yet else ''}",
        moved.place,
        anchor=f"{moved.type} {moved.names[0]}",
        related=(RelatedPlace(place=moved.kept, message="keeps or sends it as its number"),) if moved.kept else (),
        severity=moved.severity,
    )
