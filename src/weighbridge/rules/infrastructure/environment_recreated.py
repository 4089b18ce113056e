"""An environment is destroyed as a whole, whether or not it is made anew."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.environment import recreations

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "data-loss", "environment"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each plan, or each folder that no plan speaks of."""
    for each in recreations(case[Infrastructure]):
        yield RULE.finding(
            each.words,
            each.place,
            anchor=f"environment {each.ended[0].change.address}",
            related=each.related,
            severity=Severity.MEDIUM
            if each.is_bare or each.is_passing
            else Severity.HIGH
            if each.is_refused
            else Severity.CRITICAL,
            confidence=each.confidence,
        )
