"""A parameter that clients send is taken no more."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.api_changes import ApiChanges

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(ApiChanges,),
    roles=("openapi",),
    tags=("contract", "openapi"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each parameter, header or cookie."""
    return case[ApiChanges].findings(RULE, "parameter-removed")
