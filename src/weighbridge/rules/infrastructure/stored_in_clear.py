"""A new store is not encrypted, or not backed up."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.unguarded import lacks

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "encryption"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each thing that it lacks."""
    for each in case[Infrastructure].alterations:
        for lack in lacks(each):
            yield RULE.finding(
                f"{each.name} is new: {lack.words}{each.caveat}",
                each.at(lack.name),
                anchor=each.anchor("new", lack.name),
                severity=Severity.HIGH if lack.is_grave else Severity.MEDIUM,
                confidence=each.confidence,
            )
