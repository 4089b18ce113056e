"""Clients must show what they need not show before."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.api_changes import ApiChanges

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(ApiChanges,),
    roles=("openapi",),
    tags=("contract", "openapi"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each operation or description that asks for more."""
    return case[ApiChanges].findings(RULE, "security-tightened")
