"""The document itself: each field is a name that conditions may use."""

from typing import Final

from msgspec import Struct, field

from weighbridge.domain.gate import Level
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.view.analysis import (
    ViewedComponent,
    ViewedCoverage,
    ViewedCriticality,
    ViewedFinding,
    ViewedImpact,
    ViewedOutcome,
    ViewedRisk,
    ViewedSurface,
)
from weighbridge.policy.view.change import ViewedChange, ViewedProvenance
from weighbridge.policy.view.sources import (
    ViewedCompliance,
    ViewedEnvironment,
    ViewedReviews,
    ViewedRollout,
    ViewedRuntime,
    ViewedStatuses,
    ViewedTeams,
    ViewedTime,
)

VIEW_VERSION: Final = 1

VOLATILE: Final = frozenset({"environment", "reviews", "rollout", "statuses", "teams", "time"})
"""What is known only when the gate is asked: no part of the decision that approvals bind to."""


class View(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One change as conditions see it. What is absent is not empty: reading it is "could not look", never false.

    Fields are only ever added. `missing` says, by path such as `risk.percentile`, why something is absent.
    """

    version: int = VIEW_VERSION
    """The version of the document."""
    change: ViewedChange
    """The change itself."""
    provenance: ViewedProvenance
    """Who or what wrote it."""
    findings: tuple[ViewedFinding, ...]
    """What rules found, whatever its state."""
    outcomes: tuple[ViewedOutcome, ...]
    """What rules say of what they looked at."""
    coverage: ViewedCoverage
    """How much was looked at."""
    impact: ViewedImpact = field(default_factory=ViewedImpact)
    """What can notice the change."""
    risk: ViewedRisk
    """Where it stands among this repository's own."""
    level: Level
    """How much the change is weighed at."""
    surfaces: tuple[ViewedSurface, ...]
    """The sensitive surfaces it touches."""
    components: tuple[ViewedComponent, ...]
    """The components it touches or reaches."""
    criticality: ViewedCriticality = field(default_factory=ViewedCriticality)
    """How much the business leans on what it touches or reaches."""
    owners: tuple[str, ...]
    """The declared owners of the changed files."""
    compliance: ViewedCompliance = field(default_factory=ViewedCompliance)
    """The controls it bears on."""
    runtime: ViewedRuntime = field(default_factory=ViewedRuntime)
    """What is known of the code in production."""
    time: ViewedTime = field(default_factory=ViewedTime)
    """When the gate is asked."""
    environment: ViewedEnvironment = field(default_factory=ViewedEnvironment)
    """Where the change is to go."""
    reviews: ViewedReviews = field(default_factory=ViewedReviews)
    """Reviews on the forge."""
    teams: ViewedTeams = field(default_factory=ViewedTeams)
    """Teams of the organisation."""
    statuses: ViewedStatuses = field(default_factory=ViewedStatuses)
    """External checks."""
    rollout: ViewedRollout = field(default_factory=ViewedRollout)
    """The plan of the rollout."""
    missing: dict[str, CouldNotLook] = field(default_factory=dict)
    """Why things are absent, by path; no name of conditions."""
