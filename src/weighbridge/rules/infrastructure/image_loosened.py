"""What a workload runs can no longer be told, or cannot read what is stored."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.images import image_lapses
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=ROLES,
    tags=("kubernetes", "supply-chain"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each container."""
    objects = case[Manifests].kept
    yield from told(
        RULE, ((new, each) for old, new in objects for each in image_lapses(old, new)), realms=case[Manifests].realms
    )
