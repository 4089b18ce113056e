"""Values of a chart take away what kept its pods up, apart or their data."""

from collections.abc import Collection, Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.infrastructure.kubernetes.chart_values import CLAIM_SIZES
from weighbridge.landscape.infrastructure.kubernetes.fixed_lines import fixed_lines
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse, told
from weighbridge.landscape.infrastructure.kubernetes.manifests import ROLES, Manifests
from weighbridge.landscape.infrastructure.kubernetes.objects import Object
from weighbridge.landscape.infrastructure.kubernetes.outlines import chart_of
from weighbridge.landscape.infrastructure.kubernetes.releases import chart_lapses, released_otherwise
from weighbridge.landscape.infrastructure.kubernetes.whole_files import CHART, Charts

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Charts, Manifests),
    roles=(CHART, *ROLES),
    tags=("kubernetes", "helm"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each value; what a chart makes of it, only the chart says."""
    manifests = case[Manifests]
    found = list(chart_lapses(case[Charts]))
    if any(lapse.anchor.endswith(CLAIM_SIZES) for _, lapse in found):
        renamed = {chart_of(path) for path, old, new in manifests.templates if _renames_claims(old, new, path=path)}
        found = [each for each in found if not _is_of(each, renamed)]
    yield from told(RULE, found, realms=manifests.realms)
    objects = manifests.kept
    yield from told(
        RULE, ((new, each) for old, new in objects for each in released_otherwise(old, new)), realms=manifests.realms
    )


def _renames_claims(old: bytes, new: bytes, *, path: RepoPath) -> bool:
    return any(each.part == "volumeClaimTemplates" for each in fixed_lines(old, new, path=path))


def _is_of(found: tuple[Object, Lapse], charts: Collection[str | None]) -> bool:
    """Whether it is about the size of a claim whose template is another now: nothing shrinks then, and that is told there."""
    of, lapse = found
    return lapse.anchor.endswith(CLAIM_SIZES) and (of.path.rpartition("/")[0] or ".") in charts
