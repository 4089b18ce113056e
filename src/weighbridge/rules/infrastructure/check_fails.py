"""A check that the configuration itself makes does not hold."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "checks"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each check, precondition and postcondition that fails in the plan."""
    for plan in case[Infrastructure].plans:
        for each in plan.read.checks:
            said = f": {each.problems[0][:200]}" if each.problems else ""
            how = "could not be asked" if each.status == "error" else "does not hold"
            yield RULE.finding(
                f"the check `{each.address}` {how}{said}",
                Place(path=plan.place.path, symbol=each.address),
                anchor=f"check {each.address}",
            )
