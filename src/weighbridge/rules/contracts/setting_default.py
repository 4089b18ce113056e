"""Where nobody sets a setting, code takes another value than it did."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.implicit.settings import SettingChanges, SettingKind
from weighbridge.landscape.infrastructure.secrets import is_secret_name
from weighbridge.landscape.surfaces.names import speaks_of_resources

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(SettingChanges,),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "configuration"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each setting but those of resources, which `behaviour/limit-changed` tells."""
    found = case[SettingChanges].of_kind(SettingKind.DEFAULT)
    if isinstance(found, CouldNotLook):
        yield found
        return
    for each in found:
        assert each.before is not None, "it had another default"
        assert each.after is not None, "it has one"
        name = each.after.name
        if speaks_of_resources(name):
            continue
        who = "the deployments here leave it to its default" if each.known else "no deployment here is known to set it"
        values = (
            "another one now" if is_secret_name(name) else f"{each.after.default} now and was {each.before.default}"
        )
        yield RULE.finding(
            f"where `{name}` is not set, it is {values}: {who}",
            each.place,
            anchor=name,
            severity=each.severity,
        )
