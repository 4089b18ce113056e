"""A plan undoes what somebody changed outside of Terraform."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action, differing
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "drift"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each resource that was altered, or is gone, and that the plan touches."""
    for plan in case[Infrastructure].plans:
        planned = {change.address: change for change in plan.read.changes}
        for drift in plan.read.drift:
            change = planned.get(drift.address)
            if change is None or change.action in (Action.NOTHING, Action.READ, Action.FORGET):
                continue
            place = Place(path=plan.place.path, symbol=drift.address)
            if drift.action is Action.DELETE and change.action is Action.CREATE:
                words = f"`{drift.address}` was deleted outside of Terraform, and the plan makes another one"
            elif drift.action is Action.UPDATE and change.action is Action.UPDATE:
                names = [name for name in differing(drift) if name in set(differing(change))]
                if not names:
                    continue
                said = ", ".join(f"`{name}`" for name in names[:4])
                words = f"`{drift.address}` was changed outside of Terraform in {said}, and the plan sets that back: somebody may have had a reason"
            else:
                continue
            yield RULE.finding(words, place, anchor=f"drift {drift.address}")
