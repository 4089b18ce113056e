"""A value that clients may send is taken no more."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.api_changes import ApiChanges

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(ApiChanges,),
    roles=("openapi",),
    tags=("contract", "openapi"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each list of values that lost some."""
    return case[ApiChanges].findings(RULE, "enum-value-removed")
