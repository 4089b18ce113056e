"""A manifest is gone, and with it what it declared."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests
from weighbridge.landscape.infrastructure.kubernetes.removed import losses

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=ROLES,
    tags=("kubernetes", "data-loss"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each object that is declared nowhere in the change any more."""
    yield from told(RULE, losses(case[Manifests]), realms=case[Manifests].realms)
