"""What is known of one change before a gate: conditions see it as `policy.view`, which has a version."""

from msgspec import Struct, field

from weighbridge.domain.change import Change
from weighbridge.domain.findings import WeighedFinding
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import Impact
from weighbridge.domain.outcomes import CouldNotLook, Coverage, Outcome
from weighbridge.domain.provenance import Provenance
from weighbridge.domain.risk import Risk
from weighbridge.domain.system import AreaLevel, Component, Stated, Surface


class PolicyDocument(Struct, frozen=True, kw_only=True):
    """One change as a policy sees it. `impact` holds the reason when nobody could measure it.

    `areas` are the levels of the changed code files, `components` those that the change touches or reaches, `owners` the
    declared owners of the changed files. Percentiles of risk may raise what is asked, never lower it.
    """

    change: Change
    provenance: Provenance
    findings: tuple[WeighedFinding, ...]
    outcomes: tuple[Outcome, ...]
    coverage: Coverage
    impact: Impact | CouldNotLook
    risk: Risk
    surfaces: tuple[Surface, ...] = ()
    components: tuple[Component, ...] = ()
    areas: dict[RepoPath, Stated[AreaLevel]] = field(default_factory=dict)
    owners: tuple[str, ...] = ()
