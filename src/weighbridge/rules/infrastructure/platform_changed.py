"""What a cluster itself runs on is another version, or its nodes are set up otherwise."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests
from weighbridge.landscape.infrastructure.kubernetes.platform import KINDS, platform_lapses

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=ROLES,
    tags=("kubernetes", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each object and part."""
    pairs = (each for each in case[Manifests].pairs if any(one is not None and one.kind in KINDS for one in each))
    found = ((new or old, lapse) for old, new in pairs for lapse in platform_lapses(old, new))
    yield from told(RULE, ((of, lapse) for of, lapse in found if of is not None), realms=case[Manifests].realms)
