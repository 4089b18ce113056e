"""No code reads any more what a deployment of the tree, or others who install a package, set."""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.code.publication import Publication
from weighbridge.landscape.contracts.implicit.settings import SettingChange, SettingChanges, SettingKind

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(SettingChanges, Publication),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "configuration"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each setting."""
    settings = case[SettingChanges]
    found = settings.of_kind(SettingKind.UNREAD)
    if isinstance(found, CouldNotLook):
        yield found
        return
    for each in found:
        if each.stale:
            yield _of_deployments(each)
        elif each.file is not None and case[Publication].of(each.file):
            yield from _of_others(each, settings)


def _name(change: SettingChange) -> str:
    return change.before.name if change.before else ""


def _of_deployments(change: SettingChange) -> Finding:
    name = _name(change)
    first, *_ = change.stale
    return RULE.finding(
        f"nothing reads `{name}` any more, which was read here; {first} still sets it, to no effect",
        first,
        anchor=name,
        related=(
            RelatedPlace(place=change.place, message="it was read here"),
            *(RelatedPlace(place=one, message="sets it") for one in change.stale[1:_MOST_SHOWN]),
        ),
        severity=change.severity,
    )


def _of_others(change: SettingChange, settings: SettingChanges) -> Iterable[Finding]:
    """What those set who install the package: as grave as what its documentation told them to."""
    told = settings.promised(change)
    if told is None:
        return
    name = _name(change)
    whom = f"{told[0]} tells others to set it" if told else "who sets it among those who install this cannot be seen"
    yield RULE.finding(
        f"nothing reads `{name}` any more, which others could set: what it did for them is not done, and nothing fails; {whom}",
        replace(change.place, side=Side.BASE),
        anchor=name,
        related=tuple(RelatedPlace(place=place, message="tells of it") for place in told),
        severity=Severity.HIGH if told else Severity.MEDIUM,
    )
