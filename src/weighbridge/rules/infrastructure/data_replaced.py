"""A resource that holds what cannot be made again is destroyed, and an empty one made in its place."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.refusals import outcome, refusal, severity_of

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "data-loss"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each, with what forces it."""
    for each in case[Infrastructure].alterations:
        change, kind = each.change, each.kind
        if change.action is not Action.REPLACE or change.is_data or kind is None or not kind.is_irreversible:
            continue
        order = (
            "another is made first, then it is destroyed"
            if change.creates_first
            else "it is destroyed, then another is made"
        )
        yield RULE.finding(
            f"{each.name} is {'to be ' if refusal(each) else ''}replaced{each.reason}: {order}; {outcome(each, kind.lost)}{each.relying}{each.caveat}",
            each.at(*(str(path[0]) for path in change.forced_by if path)),
            anchor=each.anchor(),
            related=each.related,
            severity=severity_of(each, kind.severity),
            confidence=each.confidence,
        )
