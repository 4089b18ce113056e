"""What keeps a workload up is less than before."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.links import newly_broken
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests
from weighbridge.landscape.infrastructure.kubernetes.selection import MAKERS
from weighbridge.landscape.infrastructure.kubernetes.workloads import lapses, scaled_twice

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=ROLES,
    tags=("kubernetes", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each thing that is less."""
    objects = case[Manifests].present
    yield from told(
        RULE, ((new, each) for old, new in objects for each in lapses(old, new)), realms=case[Manifests].realms
    )
    yield from told(
        RULE, newly_broken(case[Manifests], ("PodDisruptionBudget", *MAKERS)), realms=case[Manifests].realms
    )
    yield from told(RULE, scaled_twice(case[Manifests]), realms=case[Manifests].realms)
