"""Somebody may do more in a cluster than before."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.given import given
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=ROLES,
    tags=("kubernetes", "iam"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each role that gives more and each binding that names somebody new; one for all that stands elsewhere already."""
    yield from told(RULE, given(case[Manifests]), realms=case[Manifests].realms)
