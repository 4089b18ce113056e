"""What others are reached through is destroyed."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action, ResourceChange
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.front_doors import led_elsewhere
from weighbridge.landscape.infrastructure.instances import SHRINKS
from weighbridge.landscape.infrastructure.kinds import Holds, bears_traffic, carries
from weighbridge.landscape.infrastructure.refusals import outcome, severity_of
from weighbridge.landscape.infrastructure.ways import is_main_way

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "availability", "network"),
)

_GROUPS: Final = ("lb_target_group", "alb_target_group")
_IN_USE: Final = (
    "a listener that forwards to it keeps it from being deleted, and then the apply fails there;"
    " once it goes, requests fail until targets are registered with the new one and found healthy"
)
_EMPTY: Final = (
    "the new one has no targets, and requests that are sent to it fail until some are registered and found healthy"
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each; the names and doors that come and go with services are less bad than what carries them."""
    alterations = case[Infrastructure].alterations
    elsewhere = led_elsewhere(alterations) if any(map(_ends, alterations)) else {}
    companions: Companions | None = None
    for each in alterations:
        change, kind = each.change, each.kind
        if change.is_data or change.deposed or not change.ends or kind is None or kind.holds is not Holds.NETWORK:
            continue
        if change.action is Action.DELETE and change.reason in SHRINKS and each.is_planned:
            continue
        is_replaced = change.action is Action.REPLACE
        what = _done(change)
        is_bad = (carries(change.type) and not (is_replaced and change.creates_first and not each.dependents)) or (
            is_replaced and not change.creates_first and bears_traffic(change.type)
        )
        companions = companions or Companions(alterations)
        is_bad = is_bad or is_main_way(each, companions, others=alterations)
        lost = elsewhere.get(id(each), "") or _lost(each, kind.lost)
        yield RULE.finding(
            f"{each.name} {what}{each.reason}; {outcome(each, lost)}{each.relying}{each.caveat}",
            each.at(*(str(path[0]) for path in change.forced_by if path)),
            anchor=each.anchor(),
            related=each.related,
            severity=severity_of(each, Severity.HIGH if is_bad and id(each) not in elsewhere else Severity.MEDIUM),
            confidence=each.confidence,
        )


def _ends(each: Alteration) -> bool:
    return each.change.action is Action.DELETE and bears_traffic(each.change.type)


def _done(change: ResourceChange) -> str:
    if change.action is not Action.REPLACE:
        return "is destroyed"
    return "is made anew, then the old one destroyed" if change.creates_first else "is destroyed and made anew"


def _lost(each: Alteration, lost: str) -> str:
    """What fails with it: a group of targets is held by whatever forwards to it."""
    if each.change.action is not Action.REPLACE or not each.change.type.endswith(_GROUPS):
        return lost
    return _EMPTY if each.change.creates_first else _IN_USE
