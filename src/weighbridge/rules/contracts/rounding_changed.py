"""A number is rounded otherwise than it was."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
from weighbridge.landscape.contracts.implicit.rounding import RoundingChange, comparing, rounding_changes
from weighbridge.landscape.contracts.implicit.users import who_leans
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Rewritten, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(682,),
    tags=("contract", "behaviour"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each number."""
    for change in rounding_changes(case[Rewritten]):
        yield _finding(case, change)


def _finding(case: Case, change: RoundingChange) -> Finding:
    each = change.rewrite
    leaning = who_leans(case[Landscapes], each.file, symbol=each.symbol)
    comparers = comparing(each, case[Landscapes].head)
    who = f"{comparers[0]} compares it with what it has; " if comparers else ""
    return RULE.finding(
        f"{change.words}: sums of it, and comparisons with stored values, give different results; {who}{leaning.words()}",
        each.file.at(each.line, symbol=each.symbol),
        anchor=f"{each.symbol} {change.words}",
        related=(
            *(RelatedPlace(place=place, message="compares it with what it has") for place in comparers),
            *leaning.related(),
        ),
        severity=Severity.HIGH if comparers else Severity.MEDIUM if leaning.names else Severity.LOW,
    )
