"""A number is rounded otherwise than it was."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
from weighbridge.landscape.contracts.implicit.rounding import RoundingChange, rounding_changes
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
    return RULE.finding(
        f"{change.words}: sums of it, and comparisons with stored values, give different results; {leaning.words()}",
        each.file.at(each.line, symbol=each.symbol),
        anchor=f"{each.symbol} {change.words}",
        related=leaning.related(),
        severity=Severity.MEDIUM if leaning.names else Severity.LOW,
    )
