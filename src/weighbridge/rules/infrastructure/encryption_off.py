"""What was encrypted is so no longer, or less well."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.encryption import losses

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "encryption"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each setting."""
    for each in case[Infrastructure].alterations:
        for loss in losses(each):
            yield RULE.finding(
                f"{each.name}: `{loss.setting}` is set so that {loss.words}{each.caveat_of(loss.name)}",
                each.at(loss.name),
                anchor=each.anchor(loss.setting),
                severity=Severity.HIGH if loss.is_whole else Severity.MEDIUM,
                confidence=each.confidence,
            )
