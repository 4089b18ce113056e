"""A call of a service is gone, or takes or gives something else."""

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
    """One finding for each call or service."""
    return case[ApiChanges].findings(RULE, "protobuf-rpc-changed")
