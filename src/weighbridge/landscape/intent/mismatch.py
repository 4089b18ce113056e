"""Several places at which a change does what it does not say, told as the one matter that they are."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Rule
from weighbridge.landscape.intent.claims import Claim, Kind

MOST_SHOWN: Final = 10

_CALLED: Final = {
    Kind.DOCUMENTATION: "is documentation",
    Kind.REFACTORING: "is refactoring",
    Kind.STYLE: "is formatting",
    Kind.TEST: "is about tests",
    Kind.BUMP: "updates dependencies",
    Kind.FIX: "is a fix",
    Kind.RELEASE: "is a release",
}


class Deed(Struct, frozen=True, kw_only=True):
    """One thing that is done and not said, in words that follow "and"."""

    words: str
    place: Place
    anchor: str
    severity: Severity
    confidence: Confidence = Confidence.HIGH


def said(claim: Claim) -> str:
    """What a message says, with its words."""
    return f"the message says that this {_CALLED.get(claim.kind, 'is something else')} (`{claim.quote}`)"


def told(rule: Rule, claim: Claim, *, deeds: Sequence[Deed]) -> Finding:
    """One finding of all of them, at the gravest."""
    first, *others = sorted(
        deeds, key=lambda each: (each.severity.rank, each.confidence.rank, each.place.path, each.place.line)
    )
    more = f"; and so in {len(others)} more place{'' if len(others) == 1 else 's'}" if others else ""
    return rule.finding(
        f"{said(claim)}, and {first.words}{more}",
        first.place,
        anchor=first.anchor,
        related=tuple(RelatedPlace(place=each.place, message=each.words) for each in others[:MOST_SHOWN]),
        severity=first.severity,
        confidence=first.confidence,
    )
