"""A pod can leave its confines."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.confinement import ways_out
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=ROLES,
    tags=("kubernetes", "exposure"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each way that was not there before."""
    objects = case[Manifests].present
    yield from told(
        RULE, ((new, each) for old, new in objects for each in ways_out(old, new)), realms=case[Manifests].realms
    )
