"""Objects of a kind can no longer be what they were."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.definitions import narrowed
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=ROLES,
    tags=("kubernetes", "data-loss"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each version of a definition."""
    objects = case[Manifests].kept
    yield from told(
        RULE, ((new, each) for old, new in objects for each in narrowed(old, new)), realms=case[Manifests].realms
    )
