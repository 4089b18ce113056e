"""What others use stops for a while."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.alterations import pause_words
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("cloudformation", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each resource that is not replaced, and yet not there all the time."""
    for each in case[Infrastructure].alterations:
        if each.pauses:
            yield RULE.finding(
                f"{each.name} stops for a while: {pause_words(each)}, and whoever uses it fails until it is back{each.caveat}",
                each.at(*(str(path[0]) for path in each.pauses)),
                anchor=each.anchor("paused"),
                confidence=each.confidence,
            )
