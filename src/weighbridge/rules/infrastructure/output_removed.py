"""What others read of a state is gone, or a secret is shown."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "contracts"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each output of the root that goes, or that was sensitive and is so no longer."""
    for plan in case[Infrastructure].plans:
        for each in plan.read.outputs:
            words = ""
            if each.action is Action.DELETE:
                words = f"output `{each.name}` is gone: whoever reads it from this state fails at their next plan"
            elif each.was_sensitive and not each.is_sensitive:
                words = f"output `{each.name}` is no longer sensitive: plans and logs show its value"
            if words:
                yield RULE.finding(words, Place(path=plan.place.path, symbol=each.name), anchor=f"output {each.name}")
