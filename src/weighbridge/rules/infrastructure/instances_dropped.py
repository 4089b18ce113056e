"""Fewer of a resource are declared, and those that are left over are destroyed."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.instances import fewer

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "capacity"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each block, where what goes holds no data: of what does, others tell."""
    found = case[Infrastructure]
    for each in fewer(found):
        severity = Severity.CRITICAL if each.is_grave else Severity.HIGH if each.is_network else Severity.MEDIUM
        yield RULE.finding(
            each.words,
            each.place,
            anchor=each.anchor,
            severity=severity if each.refusal is None else each.refusal.lowers(severity),
            confidence=each.confidence,
        )
