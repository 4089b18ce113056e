"""Kustomize applies less, or applies all of it under other names."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.listings import listing_lapses
from weighbridge.landscape.infrastructure.kubernetes.whole_files import KUSTOMIZATION, Kustomizations

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Kustomizations,),
    roles=(KUSTOMIZATION,),
    tags=("kubernetes", "kustomize"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each thing that is dropped or done to all."""
    yield from told(RULE, listing_lapses(case[Kustomizations]))
