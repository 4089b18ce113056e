"""What is stored deletes itself sooner than before."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.expiry import sooner

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "data-loss", "evidence"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each setting and each rule of a bucket."""
    found = case[Infrastructure]
    companions = Companions(found.alterations)
    for each in found.alterations:
        for one in sooner(each, companions):
            yield RULE.finding(
                f"{each.name}: {one.words}{each.caveat_of(one.name)}",
                each.at(one.name),
                anchor=each.anchor("expires", one.anchor),
                severity=Severity.HIGH if one.is_grave else Severity.MEDIUM,
                confidence=each.confidence,
            )
