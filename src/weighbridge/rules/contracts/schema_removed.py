"""A schema that others write and read by is gone."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.api_changes import ApiChanges

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(ApiChanges,),
    roles=("json-schema", "avro", "asyncapi"),
    tags=("contract", "json-schema", "avro", "asyncapi"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each schema."""
    return case[ApiChanges].findings(RULE, "schema-removed")
