"""Terraform forgets a resource that stays where it is."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import TERRAFORM, Alteration
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.modules import module_changes
from weighbridge.landscape.infrastructure.refusals import NAME_TAKEN

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
        yield RULE.finding(
            f"{each.name} {_said(each)}{each.caveat}",
            each.at(*(str(path[0]) for path in each.change.forced_by if path)) if each.is_name_taken else each.place,
            anchor=each.anchor(),
            severity=Severity.HIGH if each.is_name_taken or _starts_empty(each) else RULE.severity,
            confidence=each.confidence,
        )


def _said(each: Alteration) -> str:
    """What becomes of it: it stays outside, or nothing comes of the whole update."""
    if each.is_name_taken:
        what = f"; whoever renames it leaves the old one outside of the {each.tool.state}, with what it holds, and starts with an empty one"
        return f"is to be replaced{each.reason}, and its policy keeps the old one: {NAME_TAKEN}{what}"
    again = "; another is made in its place, which holds nothing" if _is_made_again(each) else ""
    return f"is removed from the {each.tool.state} and not destroyed: these sources no longer manage it{again}"


def _is_made_again(each: Alteration) -> bool:
    return each.change.creates_first or each.is_renamed or (bool(each.change.after) and each.is_planned)


def _starts_empty(each: Alteration) -> bool:
    """Whether whoever relies on what it holds finds nothing of it from then on."""
    return _is_made_again(each) and each.kind is not None and each.kind.is_grave
