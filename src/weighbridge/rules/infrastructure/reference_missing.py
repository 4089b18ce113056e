"""Something in a cluster is named that is there no more."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests
from weighbridge.landscape.infrastructure.kubernetes.references import missing

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=ROLES,
    tags=("kubernetes", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each thing that names it."""
    yield from told(RULE, missing(case[Manifests]), realms=case[Manifests].realms)
