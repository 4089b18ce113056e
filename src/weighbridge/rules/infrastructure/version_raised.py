"""What holds data gets another major version, and cannot go back."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.versions import raised

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "data-loss", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each."""
    for each in case[Infrastructure].alterations:
        found = raised(each)
        if found is not None:
            yield RULE.finding(
                f"{each.name}: {found.words}{each.caveat}",
                each.at(found.name),
                anchor=each.anchor("version"),
                severity=Severity.HIGH if found.is_grave else Severity.MEDIUM,
                confidence=each.confidence,
            )
