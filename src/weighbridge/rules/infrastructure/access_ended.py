"""People who were let in are refused."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.admitted import shut_out
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.companions import Companions

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "iam", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for all of a type that go together; one alone may be somebody who leaves."""
    found = case[Infrastructure]
    for shut in shut_out(found.alterations, Companions(found.alterations)):
        yield RULE.finding(
            f"{shut.words}{shut.first.caveat}",
            shut.first.at(shut.name),
            anchor=shut.first.anchor("access", shut.name),
            severity=Severity.HIGH if shut.is_grave else Severity.MEDIUM,
            confidence=shut.first.confidence,
        )
