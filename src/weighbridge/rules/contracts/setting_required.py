"""Code fails where a setting is not set, and no deployment of the tree sets it."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.implicit.settings import SettingChange, SettingChanges, SettingKind

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SettingChanges,),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "configuration"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each setting."""
    found = case[SettingChanges].of_kind(SettingKind.REQUIRED)
    if isinstance(found, CouldNotLook):
        yield found
        return
    for each in found:
        name = each.after.name if each.after else ""
        yield RULE.finding(_words(each, name), each.place, anchor=name, severity=each.severity)


def _words(change: SettingChange, name: str) -> str:
    was = "; until now it did without" if change.before is not None else ""
    fails = f"this fails wherever `{name}` is not set{was}"
    if change.known:
        return f"{fails}: the deployments here set other settings that it reads, and none of them this one"
    return f"{fails}; no deployment of it is known here, so whoever runs it has to be told"
