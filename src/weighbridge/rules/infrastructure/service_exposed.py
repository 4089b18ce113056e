"""Something in a cluster is reached by outsiders, or without what kept them out."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.exposure import exposed
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
    """One finding for each way in."""
    objects = case[Manifests].present
    yield from told(
        RULE, ((new, each) for old, new in objects for each in exposed(old, new)), realms=case[Manifests].realms
    )
