"""Answers may hold what clients do not expect."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.api_changes import ApiChanges

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.LOW,
    reads=(ApiChanges,),
    roles=("openapi",),
    tags=("contract", "openapi"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each bound or kind."""
    return case[ApiChanges].findings(RULE, "response-widened")
