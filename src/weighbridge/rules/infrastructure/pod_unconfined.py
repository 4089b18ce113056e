"""A pod can leave its confines."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.objects import ROLE, Manifests
from weighbridge.landscape.infrastructure.kubernetes.settings import powers

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=(ROLE,),
    tags=("kubernetes", "exposure"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each way that was not there before."""
    for old, new in case[Manifests].pairs:
        for power in powers(new, old) if new is not None else ():
            assert new is not None
            yield RULE.finding(
                f"{new.name}: {power.words}", new.at(power.part, "spec"), anchor=f"{new.anchor} {power.words}"
            )
