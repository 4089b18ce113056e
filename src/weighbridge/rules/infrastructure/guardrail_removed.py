"""What limits whole accounts, projects and roles is taken away."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.guardrails import unlimited

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "iam", "protection"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each limit that goes, or lets more than before."""
    found = case[Infrastructure]
    companions = Companions(found.alterations)
    for each in found.alterations:
        for limit in unlimited(each, companions):
            yield RULE.finding(
                f"{each.name}{limit.words}{each.caveat_of(limit.name)}",
                each.at(limit.name) if limit.name else each.place,
                anchor=each.anchor("guardrail", limit.name),
                severity=Severity.HIGH if limit.is_grave else Severity.MEDIUM,
                confidence=each.confidence,
            )
