"""Code asks for a setting by another name than the deployments of the tree set it by."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.configuration_keys import RenamedKey, renamed_keys
from weighbridge.landscape.contracts.implicit.settings import SettingChange, SettingChanges, SettingKind
from weighbridge.landscape.contracts.uses import is_particular

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SettingChanges, CodeChange),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "configuration"),
)

_MOST_SHOWN: Final = 10


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each setting."""
    for renamed in renamed_keys(case[CodeChange]):
        yield from _of_files(renamed, case[SettingChanges])
    found = case[SettingChanges].of_kind(SettingKind.RENAMED)
    if isinstance(found, CouldNotLook):
        yield found
        return
    for each in found:
        yield _finding(each)


def _of_files(change: RenamedKey, settings: SettingChanges) -> Iterable[Finding]:
    """A key of a file of YAML; files that write the new one already are left out."""
    old, new = change.before.path[-1], change.after.path[-1]
    if not change.beside and not is_particular(old):
        return
    known = {place.path for place in settings.written_for(new, beside=change.beside)}
    stale = [place for place in settings.written_for(old, beside=change.beside) if place.path not in known]
    if stale:
        then = "it fails" if change.after.must else "what stands there is ignored"
        more = f" and {counted(len(stale) - 1, 'other file')}" if len(stale) > 1 else ""
        yield RULE.finding(
            f"it reads `{new}` and no longer `{old}`, which {stale[0]}{more} still holds: {then}",
            change.file.at(change.after.line, symbol=""),
            anchor=f"{old} {new}",
            related=tuple(RelatedPlace(place=one, message=f"holds `{old}`") for one in stale[:_MOST_SHOWN]),
            confidence=Confidence.MEDIUM,
        )


def _finding(change: SettingChange) -> Finding:
    assert change.before is not None, "it had another name"
    assert change.after is not None, "it has one"
    old, new = change.before.name, change.after.name
    then = "it fails" if change.after.is_required else "what they set is ignored"
    more = f" and {counted(len(change.stale) - 1, 'other file')}" if len(change.stale) > 1 else ""
    return RULE.finding(
        f"it asks for `{new}` and no longer for `{old}`, which {change.stale[0]}{more} still sets: {then}",
        change.place,
        anchor=f"{old} {new}",
        related=tuple(RelatedPlace(place=one, message=f"sets `{old}`") for one in change.stale[:_MOST_SHOWN]),
        severity=change.severity,
    )
