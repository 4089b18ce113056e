"""A policy of networks lets through what it did not."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests
from weighbridge.landscape.infrastructure.kubernetes.networks import opened

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=ROLES,
    tags=("kubernetes", "exposure", "network"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each direction."""
    objects = case[Manifests].kept
    yield from told(
        RULE, ((new, each) for old, new in objects for each in opened(old, new)), realms=case[Manifests].realms
    )
