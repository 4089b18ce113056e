"""Data of a workload no longer outlives its pods."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests
from weighbridge.landscape.infrastructure.kubernetes.storage import detached

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=ROLES,
    tags=("kubernetes", "data-loss"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each volume, mount and policy."""
    objects = case[Manifests].kept
    yield from told(
        RULE, ((new, each) for old, new in objects for each in detached(old, new)), realms=case[Manifests].realms
    )
