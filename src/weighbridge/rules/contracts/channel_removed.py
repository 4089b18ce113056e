"""Messages no longer go over a channel."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.api_changes import ApiChanges

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(ApiChanges,),
    roles=("asyncapi",),
    tags=("contract", "asyncapi"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each channel, direction or message."""
    return case[ApiChanges].findings(RULE, "channel-removed")
