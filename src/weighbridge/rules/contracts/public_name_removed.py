"""A name that a published package handed out is gone."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.code.api_breaks import REMOVED
from weighbridge.landscape.contracts.code.public_apis import PublicApis

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(PublicApis,),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "compatibility"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each name, member or module."""
    return case[PublicApis].findings(RULE, REMOVED)
