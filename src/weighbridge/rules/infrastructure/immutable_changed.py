"""A manifest changes what the server lets nobody change."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.objects import ROLE, Manifests
from weighbridge.landscape.infrastructure.kubernetes.settings import fixed_changes

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=(ROLE,),
    tags=("kubernetes", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each object and part."""
    for old, new in case[Manifests].kept:
        for part in fixed_changes(old, new):
            is_grave = old.kind in ("StatefulSet", "PersistentVolumeClaim")
            after = (
                "and whoever deletes it to apply it again deletes what it holds"
                if is_grave
                else "and whoever deletes it to apply it again stops it"
            )
            yield RULE.finding(
                f"`{part}` of {new.name} cannot be changed: the server refuses it, the rollout stops there, {after}",
                new.at(part, "spec"),
                anchor=f"{new.anchor} {part}",
                severity=Severity.HIGH if is_grave else Severity.MEDIUM,
            )
