"""Who reads by the old Avro schema cannot read what is written by the new one."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.api_changes import ApiChanges

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(ApiChanges,),
    roles=("avro",),
    tags=("contract", "avro"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each field or type."""
    return case[ApiChanges].findings(RULE, "avro-old-readers")
