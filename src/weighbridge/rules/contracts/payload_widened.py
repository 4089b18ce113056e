"""Readers of documents or messages meet what they do not know."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.api_changes import ApiChanges

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(ApiChanges,),
    roles=("json-schema", "asyncapi"),
    tags=("contract", "json-schema", "asyncapi"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each field, type, bound or list of values."""
    return case[ApiChanges].findings(RULE, "payload-widened")
