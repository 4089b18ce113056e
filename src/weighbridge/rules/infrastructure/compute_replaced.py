"""What services run on is destroyed."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.instances import SHRINKS
from weighbridge.landscape.infrastructure.kinds import Holds
from weighbridge.landscape.infrastructure.refusals import outcome, severity_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each; what is made anew before the old one goes is less bad, and what just ends too."""
    for each in case[Infrastructure].alterations:
        change, kind = each.change, each.kind
        if change.is_data or change.deposed or not change.ends or kind is None or kind.holds is not Holds.COMPUTE:
            continue
        if change.action is Action.DELETE and change.reason in SHRINKS:
            continue
        is_gap = change.action is Action.REPLACE and not change.creates_first
        what = (
            "is destroyed"
            if change.action is Action.DELETE
            else "is destroyed, then made anew"
            if is_gap
            else "is made anew, then the old one destroyed"
        )
        lost = (
            f"{kind.lost} until the new one is up"
            if is_gap
            else kind.lost
            if change.action is Action.DELETE
            else "what runs on it moves"
        )
        yield RULE.finding(
            f"{each.name} {what}{each.reason}; {outcome(each, lost)}{each.relying}{each.caveat}",
            each.at(*(str(path[0]) for path in change.forced_by if path)),
            anchor=each.anchor(),
            related=each.related,
            severity=severity_of(each, Severity.HIGH if is_gap else Severity.MEDIUM),
            confidence=each.confidence,
        )
