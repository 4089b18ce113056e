"""Kustomize applies less, or applies all of it under other names."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.listings import listing_lapses, unseen
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests
from weighbridge.landscape.infrastructure.kubernetes.whole_files import KUSTOMIZATION, Kustomizations

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Kustomizations, Manifests),
    roles=(KUSTOMIZATION,),
    tags=("kubernetes", "kustomize"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each thing that is dropped or done to all; and what lies elsewhere and is another, unless it was rendered."""
    yield from told(RULE, listing_lapses(case[Kustomizations]))
    if not case[Manifests].has_rendered:
        yield from unseen(case[Kustomizations])
