"""A value of an enumeration is gone or goes by another name."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.api_changes import ApiChanges

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(ApiChanges,),
    roles=("protobuf",),
    tags=("contract", "protobuf"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each value."""
    return case[ApiChanges].findings(RULE, "protobuf-enum-value-removed")
