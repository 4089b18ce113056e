"""A plan undoes what somebody changed outside of Terraform."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action, ResourceChange, differing
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.differences import differences, last_name
from weighbridge.landscape.infrastructure.kinds import Holds, holds
from weighbridge.landscape.infrastructure.stopped import COUNTS

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "drift"),
)

_STORES: Final = (Holds.DATABASE, Holds.BUCKET, Holds.VOLUME, Holds.BACKUP, Holds.KEY, Holds.USERS)
_ELSEWHERE: Final = "; it begins empty, and where the old one is still there after all (in another account or region), that is what nobody finds any more"


def check(case: Case) -> Iterable[Finding]:
    """One finding for each resource that was altered, or is gone, and that the plan touches."""
    for plan in case[Infrastructure].plans:
        planned = {change.address: change for change in plan.read.changes}
        for drift in plan.read.drift:
            change = planned.get(drift.address)
            if change is None or change.action in (Action.NOTHING, Action.READ, Action.FORGET):
                continue
            place = Place(path=plan.place.path, symbol=drift.address)
            severity, words = _undone(drift, change)
            if words:
                yield RULE.finding(words, place, anchor=f"drift {drift.address}", severity=severity)


def _undone(drift: ResourceChange, change: ResourceChange) -> tuple[Severity, str]:
    """What of somebody's doing is undone, in words, and how bad that is; no words where nothing is."""
    if drift.action is Action.DELETE and change.action is Action.CREATE:
        words = f"`{drift.address}` was deleted outside of Terraform, and the plan makes another one"
        return (Severity.HIGH, f"{words}{_ELSEWHERE}") if holds(drift.type, *_STORES) else (Severity.MEDIUM, words)
    if drift.action is not Action.UPDATE or change.action is not Action.UPDATE:
        return Severity.MEDIUM, ""
    names = [name for name in differing(drift) if name in set(differing(change))]
    if not names:
        return Severity.MEDIUM, ""
    said = ", ".join(f"`{name}`" for name in names[:4])
    words = f"`{drift.address}` was changed outside of Terraform in {said}, and the plan sets that back: somebody may have had a reason"
    fall = next(_falls(change, names), "")
    return (Severity.HIGH, f"{words}; {fall}") if fall else (Severity.MEDIUM, words)


def _falls(change: ResourceChange, names: list[str]) -> Iterator[str]:
    """The numbers of what runs that are half as large then, or less."""
    for path, was, now in differences(change.before, change.after):
        is_count = last_name(path) in COUNTS.get(change.type, ()) and path[0] in names
        if is_count and isinstance(was, int) and isinstance(now, int) and now * 2 <= was:
            yield f"`{change.written(path)}` falls from {was} to {now} at once, whatever there is to do"
