"""A manifest is gone, and with it what it declared."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.objects import ROLE, Manifests

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=(ROLE,),
    tags=("kubernetes", "data-loss"),
)

_LOST = {
    "PersistentVolumeClaim": (Severity.CRITICAL, "its volume goes with it and what is stored there"),
    "PersistentVolume": (Severity.CRITICAL, "what is stored on it can no longer be reached"),
    "Namespace": (Severity.CRITICAL, "everything in it is deleted, claims and secrets included"),
    "CustomResourceDefinition": (Severity.CRITICAL, "every object of its kind is deleted in all namespaces"),
    "StatefulSet": (Severity.HIGH, "it stops, and its claims are left or deleted as it says"),
    "NetworkPolicy": (Severity.HIGH, "the pods it was about may be reached by all others"),
    "Deployment": (Severity.MEDIUM, "it stops"),
    "DaemonSet": (Severity.MEDIUM, "it stops on every node"),
    "CronJob": (Severity.MEDIUM, "it runs no more"),
    "Service": (Severity.MEDIUM, "its name no longer resolves"),
    "Ingress": (Severity.MEDIUM, "its addresses are no longer served"),
    "PodDisruptionBudget": (Severity.MEDIUM, "all its pods may be taken down at once"),
}


def check(case: Case) -> Iterable[Finding]:
    """One finding for each object that is declared nowhere in the change any more."""
    pairs = case[Manifests].pairs
    for old, new in pairs:
        if old is None or new is not None or old.kind not in _LOST:
            continue
        severity, words = _LOST[old.kind]
        renamed = next(
            (n for o, n in pairs if o is None and n is not None and n.kind == old.kind and n.spec == old.spec), None
        )
        also = f"; {renamed.name} is declared as it was, and is another one" if renamed is not None else ""
        yield RULE.finding(
            f"{old.name} is no longer declared: where what is gone is deleted (GitOps, `--prune`, Helm), {words}{also}",
            old.at(),
            anchor=old.anchor,
            severity=severity,
        )
