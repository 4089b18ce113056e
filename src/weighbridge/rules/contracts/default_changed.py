"""What is done for who leaves something out is otherwise."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.api_changes import ApiChanges

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(ApiChanges,),
    roles=("openapi", "asyncapi", "json-schema"),
    tags=("contract", "openapi"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each default."""
    return case[ApiChanges].findings(RULE, "default-changed")
