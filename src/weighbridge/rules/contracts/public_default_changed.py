"""A public function of a published package does something else where an argument is left out."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.code.api_breaks import DEFAULT
from weighbridge.landscape.contracts.code.public_apis import PublicApis

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(PublicApis,),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "compatibility"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each function."""
    return case[PublicApis].findings(RULE, DEFAULT)
