"""Something public of a published package is of another kind than it was."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.code.api_breaks import TYPE
from weighbridge.landscape.contracts.code.public_apis import PublicApis

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(PublicApis,),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "compatibility"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each definition."""
    return case[PublicApis].findings(RULE, TYPE)
