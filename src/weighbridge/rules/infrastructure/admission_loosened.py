"""A cluster lets in what it refused."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.admission import loosened, refusing_all
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
    """One finding for each check that is less."""
    objects = case[Manifests].kept
    yield from told(
        RULE, ((new, each) for old, new in objects for each in loosened(old, new)), realms=case[Manifests].realms
    )
    fresh = (new for old, new in case[Manifests].present if old is None)
    yield from told(RULE, ((new, each) for new in fresh for each in refusing_all(new)), realms=case[Manifests].realms)
