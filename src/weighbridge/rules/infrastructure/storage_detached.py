"""Data of a workload no longer outlives its pods."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.keeping_lines import unkept
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests
from weighbridge.landscape.infrastructure.kubernetes.storage import detached

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=ROLES,
    tags=("kubernetes", "data-loss"),
)
_KEEPING: Final = (b"resource-policy", b"sync-options", b"fluxcd.io/prune")


def check(case: Case) -> Iterable[Finding]:
    """One finding for each volume, mount and policy."""
    manifests = case[Manifests]
    found = list(
        told(RULE, ((new, each) for old, new in manifests.kept for each in detached(old, new)), realms=manifests.realms)
    )
    yield from found
    known = {each.place.path for each in found}
    for path, old, new in manifests.templates:
        for each in unkept(old, new, path=path) if path not in known and any(word in old for word in _KEEPING) else ():
            words = "nothing says any more that it stays when nobody declares it: it is deleted with its release, or when it is no longer rendered"
            yield RULE.finding(
                f"{each.kind} of the chart: {words}",
                each.place,
                anchor=f"kept {each.kind} {path}",
                severity=each.severity,
            )
