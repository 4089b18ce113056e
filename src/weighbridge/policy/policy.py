"""A policy as a value: what blocks, what rules ask for, who people are, and what a failure to look means."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.outcomes import Reason
from weighbridge.domain.record import Assurance
from weighbridge.domain.system import SurfaceKind
from weighbridge.policy.condition import Condition
from weighbridge.policy.documents.kind import DocumentKind
from weighbridge.policy.needs import ApprovalNeed, Group, GroupKind, Need, needs_within

POLICY_VERSION: Final = 1
BUILT_IN: Final = "built-in/1"


class Blocking(Struct, frozen=True, kw_only=True):
    """Which findings block: at least this bad and at least this sure."""

    severity: Severity = Severity.HIGH
    confidence: Confidence = Confidence.MEDIUM


class Rule(Struct, frozen=True, kw_only=True):
    """When it applies, and what it then asks for; without `when` it always applies.

    `because` is what people read as the reason. A `locked` rule of the organisation is not replaced by a repository's.
    A rule with `exceptions_by` is firm: see `policy.firm`.
    """

    name: str
    require: tuple[Need, ...]
    when: Condition | None = None
    because: str = ""
    locked: bool = False
    source: str = ""
    exceptions_by: int = 0
    """While it applies, so many people at least make an exception of any kind; 0 leaves it to the policy."""


class Exceptions(Struct, frozen=True, kw_only=True):
    """Who may make an exception of a kind, how many must, for how long at most, and from which rules never."""

    approval: ApprovalNeed = field(default_factory=lambda: ApprovalNeed(by=(Group(GroupKind.ROLE, "senior"),)))
    longest: timedelta = timedelta(days=7)
    never: frozenset[str] = frozenset()

    def covers(self, given: datetime, until: datetime, *, now: datetime) -> bool:
        """Whether one given at `given` that lasts `until` then is in force now: not run out, and not too long."""
        return now < until <= given + self.longest


class BreakGlassRules(Struct, frozen=True, kw_only=True):
    """Who may pass a change now and have it reviewed later, how soon that review is due, and who may give it."""

    approval: ApprovalNeed = field(default_factory=lambda: ApprovalNeed(not_by=frozenset()))
    review_within: timedelta = timedelta(days=2)
    review: ApprovalNeed = field(default_factory=ApprovalNeed)
    never: frozenset[str] = frozenset()


class EnvironmentLevel(StrEnum):
    """How much depends on an environment."""

    SANDBOX = "sandbox"
    DEVELOPMENT = "development"
    STAGING = "staging"
    PRODUCTION = "production"


class SelfService(StrEnum):
    """Whether a change may enter an environment without anybody else."""

    NEVER = "never"
    LOW_RISK = "low-risk"


class Environment(Struct, frozen=True, kw_only=True):
    """Where a change can go. `self_service` lets a change of low level enter without anybody's word; what machines tell stops it all the
    same: checks, findings that block, and what could not be looked at.
    """

    name: str
    level: EnvironmentLevel
    self_service: SelfService = SelfService.NEVER
    require: tuple[Need, ...] = ()
    approvals_last: timedelta | None = None


class Freeze(Struct, frozen=True, kw_only=True):
    """A window in which nothing enters some environments (all, when none is named)."""

    name: str
    start: datetime
    end: datetime
    environments: frozenset[str] = frozenset()
    because: str = ""
    except_when: Condition | None = None


class CarryOver(StrEnum):
    """When an approval of an earlier form of a change counts for a later one."""

    NEVER = "never"
    NOTHING_ADDED = "nothing-added"
    """Where the later decision adds no finding, no impact and no requirement to what was approved."""


class Stated(Struct, frozen=True, kw_only=True):
    """Who people are, as the policy states it."""

    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    handles: Mapping[str, str] = field(default_factory=dict)
    bots: frozenset[str] = frozenset()


class RubberStamps(Struct, frozen=True, kw_only=True):
    """When approvals look unread, so that another approver is asked for: never an accusation, and off unless set.

    `words_a_minute` is how fast a page is read at most; `share` the part of all AI-assisted changes that one person
    approves at most, from `least` of them on; `batch` is from how many approvals of different changes within `within` on
    they are one batch.
    """

    words_a_minute: int = 0
    share: float = 0.0
    least: int = 10
    batch: int = 0
    within: timedelta = timedelta(minutes=10)

    @property
    def is_on(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.words_a_minute or self.share or self.batch)


class Policy(Struct, frozen=True, kw_only=True):
    """A whole policy. `blind` are the reasons for which an analysis, the impact or the history that nobody could look at blocks;
    a changed file that could not be read does for any reason but that nothing here reads its kind, or was set up to.

    `delicate` are the surfaces on which code nobody could read blocks. `is_solo` is for repositories of one person:
    what would need another is passed, and the record says that nothing was separated.
    """

    name: str
    version: int = POLICY_VERSION
    blocking: Blocking = field(default_factory=Blocking)
    rules: tuple[Rule, ...] = ()
    blind: frozenset[Reason] = frozenset()
    delicate: frozenset[SurfaceKind] = frozenset()
    people: Stated = field(default_factory=Stated)
    environments: Mapping[str, Environment] = field(default_factory=dict)
    documents: Mapping[str, DocumentKind] = field(default_factory=dict)
    """Kinds of documents of the policy's own, and shipped ones as it sets them."""
    freezes: tuple[Freeze, ...] = ()
    overrides: Exceptions | None = None
    waivers: Exceptions | None = None
    break_glass: BreakGlassRules | None = None
    rubber_stamps: RubberStamps = field(default_factory=RubberStamps)
    carry_over: CarryOver = CarryOver.NEVER
    approvals_last: timedelta | None = None
    least_assurance: Assurance = Assurance.KEY
    is_solo: bool = False
    report_only: bool = False
    is_only_told: bool = False
    """Whoever runs it asked to be told and not blocked: unlike `report_only` that is no setting, and no rule takes it back."""


def needs_of(policy: Policy) -> Iterator[tuple[str, Need]]:
    """Every need of rules and environments, those inside others too, with what its place is called."""
    for rule in policy.rules:
        yield from ((f"rule {rule.name}", need) for need in needs_within(rule.require))
    for name, environment in policy.environments.items():
        yield from ((f"environment {name}", need) for need in needs_within(environment.require))


def conditions_of(policy: Policy) -> Iterator[tuple[str, Condition]]:
    """Every condition of rules, needs, environments and freezes, with what its place is called."""
    yield from ((f"rule {rule.name}", rule.when) for rule in policy.rules if rule.when is not None)
    for about, need in needs_of(policy):
        if isinstance(need, ApprovalNeed):
            yield from ((about, other.when) for other in need.count_when)
    for freeze in policy.freezes:
        if freeze.except_when is not None:
            yield f"freeze {freeze.name}", freeze.except_when


def is_asked_of(policy: Policy, name: str) -> bool:
    """Whether any condition reads this part of the document."""
    return any(name in condition.reads for _, condition in conditions_of(policy))


def machine_policy(*, report_only: bool = False) -> Policy:
    """What machines decide where nobody wrote a policy: the built-in one without its rules, for hooks that read no file."""
    return Policy(
        name=BUILT_IN,
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
        report_only=report_only,
    )


def without_people(policy: Policy) -> Policy:
    """The same policy where nobody is at hand to approve: what blocks still blocks, and nobody is asked for anything.

    What a partial clone lacks is said and stops no commit: whoever works in one chose to, and the review looks again.
    """
    return replace(
        policy,
        name=f"{policy.name} check",
        rules=(),
        freezes=(),
        blind=policy.blind - {Reason.NO_HISTORY},
        delicate=frozenset(),
        is_solo=False,
    )


def strict(policy: Policy) -> Policy:
    """The same policy where whatever was not looked at fails, even if all it takes is to set something up."""
    blind = policy.blind | {Reason.NOT_CONFIGURED, Reason.NO_HISTORY}
    return replace(policy, name=f"{policy.name} strict", blind=blind)
