"""Terraform forgets a resource that stays where it is."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import TERRAFORM
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.modules import module_changes

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "state"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each; one for all that a module made whose call is gone."""
    found = case[Infrastructure]
    for module in module_changes(found.sources):
        if module.is_named_within and not found.plans_module(module.name):
            yield RULE.finding(
                f"what `module.{module.name}` made and `removed` blocks name leaves the state and is not destroyed: nobody changes, watches "
                f"or deletes it by these sources any more; {TERRAFORM.by_sources(is_beside_plan=bool(found.plans))}",
                module.old.place,
                anchor=f"module {module.folder} {module.name}",
                confidence=Confidence.MEDIUM,
            )
    for each in found.alterations:
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
