"""What others reach in a cluster is reached no more."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.links import newly_broken
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests
from weighbridge.landscape.infrastructure.kubernetes.routes import cut

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=ROLES,
    tags=("kubernetes", "availability", "network"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each address, port and name, and for each that leads to nothing."""
    manifests = case[Manifests]
    yield from told(
        RULE,
        ((new, each) for old, new in manifests.kept for each in cut(old, new, among=manifests)),
        realms=manifests.realms,
    )
    yield from told(RULE, newly_broken(manifests, ("Service", "Ingress")), realms=manifests.realms)
