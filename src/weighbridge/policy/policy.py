"""A policy as a value: what blocks, what each level asks for, and what a failure to look means."""

from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.gate import Level
from weighbridge.domain.outcomes import Reason
from weighbridge.domain.system import SurfaceKind

POLICY_VERSION: Final = 1


class Blocking(Struct, frozen=True, kw_only=True):
    """Which findings block: at least this bad and at least this sure."""

    severity: Severity = Severity.HIGH
    confidence: Confidence = Confidence.MEDIUM


class Asks(Struct, frozen=True, kw_only=True):
    """What one level asks for."""

    owner: bool = False
    second_person: bool = False
    senior: bool = False
    design_note: bool = False


class Policy(Struct, frozen=True, kw_only=True):
    """A whole policy of the first form. `blind` are the reasons that block wherever they stand.

    `delicate` are the surfaces on which code nobody could read blocks, and where AI-assisted code gets a senior's eyes;
    `most_delicate` those where code of unknown origin gets them too when something else speaks of risk.
    `risky_needs_second` asks a second person to look at changes of unknown origin that are among the riskiest.
    """

    name: str
    version: int = POLICY_VERSION
    blocking: Blocking = field(default_factory=Blocking)
    low: Asks = field(default_factory=Asks)
    medium: Asks = field(default_factory=Asks)
    high: Asks = field(default_factory=Asks)
    blind: frozenset[Reason] = frozenset()
    delicate: frozenset[SurfaceKind] = frozenset()
    most_delicate: frozenset[SurfaceKind] = frozenset()
    risky_needs_second: bool = False
    report_only: bool = False

    def asks(self, level: Level) -> Asks:
        """What a change of this level is asked for."""
        return {Level.LOW: self.low, Level.MEDIUM: self.medium, Level.HIGH: self.high}[level]


def default_policy(*, report_only: bool = False) -> Policy:
    """The built-in policy: usable in a repository without any configuration or attestation."""
    return Policy(
        name="built-in/1",
        medium=Asks(owner=True),
        high=Asks(owner=True, second_person=True, design_note=True),
        blind=frozenset(
            {
                Reason.UNPARSED,
                Reason.LIMIT,
                Reason.TIMED_OUT,
                Reason.FAILED,
                Reason.TOOL_MISSING,
                Reason.STALE_DATA,
                Reason.NO_HISTORY,
            }
        ),
        delicate=frozenset(SurfaceKind) - {SurfaceKind.SHARED_LIBRARY},
        most_delicate=frozenset({SurfaceKind.AUTHENTICATION, SurfaceKind.INFRASTRUCTURE, SurfaceKind.GOVERNANCE}),
        risky_needs_second=True,
        report_only=report_only,
    )


def without_people(policy: Policy) -> Policy:
    """The same policy where nobody is at hand to approve: what blocks still blocks, and nobody is asked for anything.

    What a partial clone lacks is said and stops no commit: whoever works in one chose to, and the review looks again.
    """
    asks = Asks()
    return replace(
        policy,
        name=f"{policy.name} check",
        low=asks,
        medium=asks,
        high=asks,
        blind=policy.blind - {Reason.NO_HISTORY},
        delicate=frozenset(),
        risky_needs_second=False,
    )


def strict(policy: Policy) -> Policy:
    """The same policy where whatever was not looked at fails, even if all it takes is to set something up."""
    blind = policy.blind | {Reason.NOT_CONFIGURED, Reason.NO_HISTORY}
    return replace(policy, name=f"{policy.name} strict", blind=blind)
