"""A group of rules that filters what reaches others is destroyed before its successor is there."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.kinds import Holds
from weighbridge.landscape.infrastructure.refusals import severity_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "availability", "network"),
)

_REFUSED: Final = "while anything is in it, AWS refuses to delete it: the apply waits for that, breaks off, and what was to come after it is not done"
_BARE: Final = (
    "what it is attached to is let go first, and until the new one is attached nothing decides what reaches that"
)
_OUTCOMES: Final = {"aws_security_group": _REFUSED, "azurerm_network_security_group": _BARE}


def check(case: Case) -> Iterable[Finding]:
    """One finding for each group; one to which nothing in the sources refers is likely in use by nothing."""
    for each in case[Infrastructure].alterations:
        change, kind = each.change, each.kind
        if change.is_data or kind is None or kind.holds is not Holds.FILTER:
            continue
        if change.action is Action.REPLACE and not change.creates_first:
            yield RULE.finding(
                f"{each.name} is destroyed, then made anew{each.reason}; {_OUTCOMES.get(change.type, kind.lost)}{each.relying}{each.caveat}",
                each.at(*(str(path[0]) for path in change.forced_by if path)),
                anchor=each.anchor(),
                related=each.related,
                severity=severity_of(each, Severity.MEDIUM if each.is_unnamed else Severity.HIGH),
                confidence=each.confidence,
            )
