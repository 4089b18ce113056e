"""What keeps a workload up is less than before."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.objects import ROLE, Manifests
from weighbridge.landscape.infrastructure.kubernetes.settings import lapses

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Manifests,),
    roles=(ROLE,),
    tags=("kubernetes", "availability"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each thing that is less."""
    for old, new in case[Manifests].kept:
        for lapse in lapses(old, new):
            yield RULE.finding(
                f"{new.name}: {lapse.words}",
                new.at(lapse.part, "spec"),
                anchor=f"{new.anchor} {lapse.words.partition(':')[0]}",
                severity=Severity.HIGH if lapse.is_grave else Severity.MEDIUM,
            )
