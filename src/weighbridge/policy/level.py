"""How much a change is weighed at, with every reason for it."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import FindingState, Severity
from weighbridge.domain.gate import Level
from weighbridge.domain.impact import ChangeDepth, Impact, ReachedKind
from weighbridge.domain.system import AreaLevel, SurfaceKind
from weighbridge.policy.document import PolicyDocument

_HIGH_SURFACES: Final = frozenset(
    {
        SurfaceKind.AUTHENTICATION,
        SurfaceKind.INFRASTRUCTURE,
        SurfaceKind.SCHEMA,
        SurfaceKind.GOVERNANCE,
        SurfaceKind.RESOURCES,
    }
)
RISKY_PERCENTILE: Final = 90.0
"""Above this percentile of its repository's history a change is never weighed as low."""


def level_of(document: PolicyDocument) -> tuple[Level, tuple[str, ...]]:
    """The level and its reasons, the reasons of the highest level only."""
    found = list(_reasons(document))
    for level in (Level.HIGH, Level.MEDIUM):
        if words := tuple(dict.fromkeys(w for at, w in found if at is level)):
            return level, words
    return Level.LOW, ("nothing about it asks for more",)


def _reasons(document: PolicyDocument) -> Iterator[tuple[Level, str]]:
    for weighed in document.findings:
        if weighed.state is FindingState.NEW and weighed.finding.severity.rank <= Severity.MEDIUM.rank:
            serious = weighed.finding.severity.rank <= Severity.HIGH.rank
            yield (
                Level.HIGH if serious else Level.MEDIUM,
                f"a {weighed.finding.severity} finding: {weighed.finding.rule}",
            )
    for surface in document.surfaces:
        yield (
            Level.HIGH if surface.kind in _HIGH_SURFACES else Level.MEDIUM,
            f"touches {surface.kind}: {surface.reason}",
        )
    if isinstance(document.impact, Impact):
        yield from _of_impact(document, document.impact)
    if document.risk.percentile is not None and document.risk.percentile >= RISKY_PERCENTILE:
        yield Level.MEDIUM, f"riskier than {document.risk.percentile:.0f} % of this repository's changes"


def _of_impact(document: PolicyDocument, impact: Impact) -> Iterator[tuple[Level, str]]:
    noticeable = [s for s in impact.changed if s.depth is not ChangeDepth.TEXT]
    if not noticeable:
        return
    for name in impact.names(ReachedKind.TIER_ONE):
        yield Level.HIGH, f"reaches tier-1 component {name}"
    if others := impact.names(ReachedKind.COMPONENT):
        yield Level.MEDIUM, f"reaches {len(others)} other component{'s' if len(others) > 1 else ''}"
    if AreaLevel.HIGH in document.areas.values():
        yield Level.HIGH, "changes code of a high-level area"
    if any(s.depth in (ChangeDepth.SIGNATURE, ChangeDepth.REMOVED) for s in noticeable) and impact.dependents:
        yield Level.MEDIUM, "changes a signature that something uses"
