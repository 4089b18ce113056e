"""What others are reached through is destroyed."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.instances import SHRINKS
from weighbridge.landscape.infrastructure.kinds import Holds, carries
from weighbridge.landscape.infrastructure.refusals import outcome, severity_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "availability", "network"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each; the names and doors that come and go with services are less bad than what carries them."""
    for each in case[Infrastructure].alterations:
        change, kind = each.change, each.kind
        if change.is_data or change.deposed or not change.ends or kind is None or kind.holds is not Holds.NETWORK:
            continue
        if change.action is Action.DELETE and change.reason in SHRINKS and each.is_planned:
            continue
        is_replaced = change.action is Action.REPLACE
        what = "is destroyed and made anew" if is_replaced else "is destroyed"
        is_bad = carries(change.type) and not (is_replaced and change.creates_first and not each.dependents)
        yield RULE.finding(
            f"{each.name} {what}{each.reason}; {outcome(each, kind.lost)}{each.relying}{each.caveat}",
            each.at(*(str(path[0]) for path in change.forced_by if path)),
            anchor=each.anchor(),
            related=each.related,
            severity=severity_of(each, Severity.HIGH if is_bad else Severity.MEDIUM),
            confidence=each.confidence,
        )
