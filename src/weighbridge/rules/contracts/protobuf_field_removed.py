"""A field is gone from a message, or its number may be used again."""

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
    """One finding for each field."""
    return case[ApiChanges].findings(RULE, "protobuf-field-removed")
