"""A document names what the change takes away, at a place that the change leaves as it was."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.freshness.of_change import DocumentsOfChange

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(DocumentsOfChange,),
    tags=("documents",),
)

_MOST_TOLD: Final = 20
"""Statements that are told one by one; of a large removal nobody reads more."""


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each statement that the change makes false."""
    found = case[DocumentsOfChange].made
    for each in found.statements[:_MOST_TOLD]:
        lost, mention = each.lost, each.mention
        now = f": it is `{lost.now}` now" if lost.now else ""
        more = len(found.statements) - _MOST_TOLD
        beside = f" ({more} more statements of documents do so too)" if more > 0 and each is found.statements[0] else ""
        yield RULE.finding(
            f"this line still tells readers of the {mention.kind} `{lost.name}`, which the change takes away{now}{beside}",
            Place(path=each.path, line=mention.line, end_line=mention.line),
            anchor=f"{mention.kind} {lost.name}",
            related=(RelatedPlace(place=lost.was, message="it stood here"),),
        )
    if found.missing is not None:
        yield found.missing
