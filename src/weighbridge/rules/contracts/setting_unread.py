"""A deployment of the tree sets what no code reads any more."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.implicit.settings import SettingChanges, SettingKind

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(SettingChanges,),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "configuration"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each setting."""
    found = case[SettingChanges].of_kind(SettingKind.UNREAD)
    if isinstance(found, CouldNotLook):
        yield found
        return
    for each in found:
        name = each.before.name if each.before else ""
        first, *_ = each.stale
        yield RULE.finding(
            f"nothing reads `{name}` any more, which was read here; {first} still sets it, to no effect",
            first,
            anchor=name,
            related=(
                RelatedPlace(place=each.place, message="it was read here"),
                *(RelatedPlace(place=one, message="sets it") for one in each.stale[1:_MOST_SHOWN]),
            ),
            severity=each.severity,
        )
