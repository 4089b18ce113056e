"""An operation lets in who was refused before."""

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
    weaknesses=(306, 862),
    tags=("contract", "openapi", "authentication", "authorisation"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each operation or description that asks for less."""
    return case[ApiChanges].findings(RULE, "security-dropped")
