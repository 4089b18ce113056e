"""Terraform forgets a resource that stays where it is."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "state"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each."""
    for each in case[Infrastructure].alterations:
        if each.change.action is not Action.FORGET or each.change.is_data:
            continue
        again = "; another is made under its name" if each.change.creates_first else ""
        yield RULE.finding(
            f"{each.name} is removed from the {each.tool.state} and not destroyed: nobody changes, watches or deletes it by these sources any more"
            f"{again}{each.caveat}",
            each.place,
            anchor=each.anchor(),
            confidence=each.confidence,
        )
