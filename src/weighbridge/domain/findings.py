"""Findings: one thing a rule found, at one primary place."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import EvidenceId, Fingerprint, RuleId, content_hex, evidence_id
from weighbridge.domain.places import Place, RelatedPlace


class Severity(StrEnum):
    """How bad it is if the finding is true."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the worst, so that sorting puts it first."""
        return _SEVERITIES[self]


class Confidence(StrEnum):
    """How sure the rule is that the finding is true."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the surest."""
        return _CONFIDENCES[self]


_SEVERITIES: Final = {severity: rank for rank, severity in enumerate(Severity)}
_CONFIDENCES: Final = {confidence: rank for rank, confidence in enumerate(Confidence)}
"""Asked for each finding by each rule of a policy."""


_FIRST: Final = frozenset({"infrastructure/environment-recreated"})
"""The rules whose findings say that what all others are about is destroyed."""


class Fix(Struct, frozen=True, kw_only=True):
    """A change that certainly removes the finding: what it does, and a unified diff that `git apply` takes."""

    description: str
    patch: str


BLOCKING: Final = frozenset({Severity.CRITICAL, Severity.HIGH})
"""How bad a finding is that stops a change, where no policy says otherwise."""


class Finding(Struct, frozen=True, kw_only=True):
    """One thing a rule found; `anchor` is what stays the same when lines move (the code, not its position)."""

    rule: RuleId
    message: str
    place: Place
    severity: Severity
    confidence: Confidence
    anchor: str
    related: tuple[RelatedPlace, ...] = ()
    flow: tuple[RelatedPlace, ...] = ()
    fix: Fix | None = None
    weaknesses: tuple[int, ...] = ()
    occurrence: int = 0
    """Tells apart findings of equal rule, path, symbol and anchor; set by the engine in order of lines."""

    @property
    def fingerprint(self) -> Fingerprint:
        """The same for the same problem wherever its lines have moved to within the file."""
        identity = (self.rule, self.place.path, self.place.symbol, " ".join(self.anchor.split()), str(self.occurrence))
        return Fingerprint(content_hex(*identity, length=32))

    @property
    def evidence(self) -> EvidenceId:
        """The id prose cites this finding by."""
        return evidence_id("finding", self.fingerprint)


class Cause(Struct, frozen=True, kw_only=True, gc=False):
    """What several findings may be about, of any rules of a family, that is one danger to whoever decides."""

    key: tuple[str, ...]
    weight: int
    """The more, the graver among those of one key; what only orders them."""
    is_more: bool = False
    """Whether its finding tells of another danger besides, and so stays as grave as it is whatever others tell."""


class CausedFinding(Finding, frozen=True, kw_only=True):
    """A finding as a rule gives it that knows what it comes from: one that others tell graver of in full stops no change itself."""

    causes: tuple[Cause, ...]


def by_importance(finding: Finding) -> tuple[bool, int, int, str, int, str]:
    """A sort key: what takes everything else with it, then the worst first, then the surest, then by place."""
    place = finding.place
    return (
        finding.rule not in _FIRST,
        finding.severity.rank,
        finding.confidence.rank,
        place.path,
        place.line,
        finding.rule,
    )


class FindingState(StrEnum):
    """Why a finding counts, or does not."""

    NEW = "new"
    BASELINE = "baseline"
    SUPPRESSED = "suppressed"


class Suppression(Struct, frozen=True, kw_only=True):
    """An inline request to ignore `rule` at a place: its reason, its expiry (`YYYY-MM-DD`), and who wrote it."""

    rule: RuleId
    place: Place
    reason: str
    expires: str
    is_trusted: bool
    written_by_agent: bool = False
    problem: str = ""
    """Why it is not honoured: no reason, no expiry, expired, or written by the change it would excuse."""


class WeighedFinding(Struct, frozen=True, kw_only=True):
    """A finding with its standing: new, known to the baseline, or suppressed and by what."""

    finding: Finding
    state: FindingState = FindingState.NEW
    suppression: Suppression | None = None
