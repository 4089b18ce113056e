"""What runs is set to run no more."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.stopped import stops

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each thing of which none is left, or that is switched off."""
    alterations = case[Infrastructure].alterations
    for each in alterations:
        for stop in stops(each, others=alterations):
            yield RULE.finding(
                f"{each.name}: {stop.words}{each.caveat_of(stop.name)}",
                each.at(stop.name),
                anchor=each.anchor("stopped", stop.setting),
                severity=Severity.HIGH if stop.is_grave else Severity.MEDIUM,
                confidence=each.confidence,
            )
