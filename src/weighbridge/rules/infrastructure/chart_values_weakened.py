"""Values of a chart take away what kept its pods up, apart or their data."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.lapse import told
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests
from weighbridge.landscape.infrastructure.kubernetes.releases import chart_lapses, released_otherwise
from weighbridge.landscape.infrastructure.kubernetes.whole_files import CHART, Charts

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(
        Charts,
        Manifests,
    ),
    roles=(CHART, *ROLES),
    tags=("kubernetes", "helm"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each value; what a chart makes of it, only the chart says."""
    yield from told(RULE, chart_lapses(case[Charts]))
    objects = case[Manifests].kept
    yield from told(RULE, ((new, each) for old, new in objects for each in released_otherwise(old, new)))
