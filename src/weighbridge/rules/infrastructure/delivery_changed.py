"""What Argo CD or Flux delivers goes elsewhere, or deletes what it left alone."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.delivery import delivered, unseen_chart
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=ROLES,
    tags=("kubernetes", "gitops"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each setting; and what a generator of Kustomize renders from another chart, unless it was given."""
    manifests = case[Manifests]
    yield from told(
        RULE, ((new, each) for old, new in manifests.kept for each in delivered(old, new)), realms=manifests.realms
    )
    for old, new in manifests.kept if not manifests.has_rendered else ():
        if (missing := unseen_chart(old, new)) is not None:
            yield missing
