"""A network no longer leads where it led."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.ways import lost_routes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "availability", "network"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each table or route."""
    alterations = case[Infrastructure].alterations
    companions = Companions(alterations)
    for each in alterations:
        for lost in lost_routes(each, companions, others=alterations):
            yield RULE.finding(
                f"{each.name}: {lost.words}{each.caveat}",
                each.at(lost.name) if lost.name else each.place,
                anchor=each.anchor("routes"),
                severity=Severity.HIGH if lost.is_grave else Severity.MEDIUM,
                confidence=each.confidence,
            )
