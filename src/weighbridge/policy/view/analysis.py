"""What a condition sees of the analysis: findings, outcomes, coverage, impact, risk, and the system around."""

from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from weighbridge.domain.findings import Confidence, FindingState, Severity
from weighbridge.domain.impact import Certainty
from weighbridge.domain.outcomes import OutcomeState, Reason
from weighbridge.domain.places import Side
from weighbridge.domain.system import AreaLevel, ComponentKind, SurfaceKind


class OutcomeReason(StrEnum):
    """Why a rule could not look, if it could not."""

    NONE = "none"
    NOT_CONFIGURED = "not-configured"
    UNSUPPORTED = "unsupported"
    UNPARSED = "unparsed"
    LIMIT = "limit"
    TIMED_OUT = "timed-out"
    TOOL_MISSING = "tool-missing"
    STALE_DATA = "stale-data"
    NO_HISTORY = "no-history"
    FAILED = "failed"


class ViewedFinding(Struct, frozen=True, kw_only=True):
    """One thing that a rule found."""

    rule: str
    """The rule, `family/name`."""
    family: str
    """The rule's family."""
    severity: Severity
    """How bad it is if it is true."""
    confidence: Confidence
    """How sure the rule is."""
    state: FindingState
    """Whether it is new, known to the baseline, or suppressed."""
    path: str
    """The file it lies in."""
    line: int
    """The line; 0 for the file as a whole."""
    side: Side
    """Which of the two trees it lies in."""
    symbol: str
    """The definition it lies in; empty outside of any."""
    weaknesses: tuple[int, ...]
    """Numbers of the CWE."""
    has_fix: bool
    """Whether a fix is offered that certainly removes it."""


class ViewedOutcome(Struct, frozen=True, kw_only=True):
    """What one rule says of one subject."""

    rule: str
    """The rule, `family/name`."""
    subject: str
    """A path; empty for the change as a whole."""
    state: OutcomeState
    """What came of looking."""
    reason: OutcomeReason
    """Why it could not look; `none` when it could."""


class UnreadFile(Struct, frozen=True, kw_only=True):
    """A changed file that was not understood in full."""

    path: str
    """The file."""
    reason: Reason
    """Why it was not."""


class ViewedCoverage(Struct, frozen=True, kw_only=True):
    """How much of the change was looked at."""

    files: int
    """How many files should be understood."""
    examined: int
    """How many were, in full."""
    unread: tuple[UnreadFile, ...]
    """Those that were not, with the reason."""
    blind: tuple[ViewedOutcome, ...]
    """What rules could not look at; the same as those of `outcomes`."""


class ViewedImpact(Struct, frozen=True, kw_only=True):
    """What the change reaches; every field is absent where nobody could measure it.

    Where the walk stopped early, what it counts is absent too: a lower bound is not a count.
    """

    changed_symbols: int | UnsetType = UNSET
    """How many definitions differ."""
    dependents: int | UnsetType = UNSET
    """How many definitions can notice, tests left out."""
    dependent_tests: int | UnsetType = UNSET
    """How many definitions of tests can notice."""
    test_files: tuple[str, ...] | UnsetType = UNSET
    """The test files that can notice, nearest first."""
    changed_components: tuple[str, ...] | UnsetType = UNSET
    """The components whose files changed."""
    components: tuple[str, ...] | UnsetType = UNSET
    """The other components it reaches."""
    tier_one: tuple[str, ...] | UnsetType = UNSET
    """The tier-1 components it reaches."""
    entry_points: tuple[str, ...] | UnsetType = UNSET
    """The entry points it reaches."""
    tables: tuple[str, ...] | UnsetType = UNSET
    """The tables it reaches."""
    operations: tuple[str, ...] | UnsetType = UNSET
    """The operations it reaches, such as `GET /owners`."""
    topics: tuple[str, ...] | UnsetType = UNSET
    """The topics it reaches."""
    is_complete: bool | UnsetType = UNSET
    """Whether the walk reached its end."""


class ViewedRisk(Struct, frozen=True, kw_only=True):
    """Where the change stands among this repository's own."""

    percentile: float | UnsetType = UNSET
    """0 to 100, the riskiest last; absent when the history does not allow one."""
    size_percentile: float | UnsetType = UNSET
    """The percentile of the added lines alone."""
    sample: int
    """How many earlier changes it is compared with."""
    scenarios: int
    """How many ways to fail were derived."""
    signs: tuple[str, ...] = ()
    """What speaks for risk besides the surfaces, in words: findings, what is reached, its rank."""
    is_among_riskiest: bool = False
    """Whether it is among the riskiest tenth of the repository's changes; texts that nobody runs never are."""


class ViewedSurface(Struct, frozen=True, kw_only=True):
    """A sensitive surface that the change touches."""

    kind: SurfaceKind
    """The kind of surface."""
    path: str
    """The file."""
    symbol: str
    """The definition; empty for the file as a whole."""
    certainty: Certainty
    """Whether it was seen, or only a word in its path speaks for it."""


class ViewedComponent(Struct, frozen=True, kw_only=True):
    """A component that the change touches or reaches."""

    name: str
    """Its name."""
    kind: ComponentKind
    """What it is."""
    tier: int
    """How much the business leans on it: 1 most, 3 least."""
    is_tier_declared: bool
    """Whether the tier was declared, not inferred."""
    area: AreaLevel
    """How delicate its code is."""
    is_area_declared: bool
    """Whether the area was declared, not inferred."""
    owners: tuple[str, ...]
    """Who answers for it."""
    is_changed: bool
    """Whether a file of it changed; otherwise it is only reached."""


class ViewedCriticality(Struct, frozen=True, kw_only=True):
    """How much the business leans on the most critical component touched or reached; absent when there is none."""

    tier: int | UnsetType = UNSET
    """1 most, 3 least."""
    declared_tier: int | UnsetType = UNSET
    """The same among components whose tier was declared; absent when none was."""
