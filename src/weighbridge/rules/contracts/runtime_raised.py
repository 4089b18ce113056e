"""A package asks for a newer version of what it runs on."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.packaging.comparing import PackageChanges
from weighbridge.landscape.contracts.packaging.losses import RUNTIME
from weighbridge.landscape.contracts.packaging.telling import findings

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(PackageChanges,),
    tags=("contract", "compatibility"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each loss."""
    return findings(RULE, case[PackageChanges].of(RUNTIME))
