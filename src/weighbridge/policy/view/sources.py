"""What a condition sees of the world: time, environment, and the sources that are declared before anything fills them."""

from datetime import datetime
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from weighbridge.domain.record import StatusState, Verdict
from weighbridge.policy.policy import EnvironmentLevel


class Weekday(StrEnum):
    """The days of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class ViewedTime(Struct, frozen=True, kw_only=True):
    """When the gate is asked; absent where a decision must not depend on it."""

    now: datetime | UnsetType = UNSET
    """The moment."""
    zone: str | UnsetType = UNSET
    """The zone that the other fields are told in; UTC unless the policy says otherwise."""
    date: str | UnsetType = UNSET
    """The day, `YYYY-MM-DD`, which can be compared."""
    weekday: Weekday | UnsetType = UNSET
    """The day of the week."""
    hour: int | UnsetType = UNSET
    """0 to 23."""
    minute: int | UnsetType = UNSET
    """0 to 59."""


class ViewedEnvironment(Struct, frozen=True, kw_only=True):
    """Where the change is to go; absent where nobody asked for a place."""

    name: str | UnsetType = UNSET
    """Its name."""
    level: EnvironmentLevel | UnsetType = UNSET
    """How much depends on it."""


class ViewedReview(Struct, frozen=True, kw_only=True):
    """One review on the forge: an account's word."""

    person: str
    """The account."""
    verdict: Verdict
    """What it says."""
    is_of_head: bool
    """Whether it was given on this very head."""
    teams: tuple[str, ...]
    """The teams the account belongs to."""


class ViewedReviews(Struct, frozen=True, kw_only=True):
    """Reviews on the forge."""

    all: tuple[ViewedReview, ...] | UnsetType = UNSET
    """Every review."""
    requested: tuple[str, ...] | UnsetType = UNSET
    """Those who were asked and have not answered."""
    unresolved: int | UnsetType = UNSET
    """How many conversations are open."""


class ViewedTeams(Struct, frozen=True, kw_only=True):
    """Teams of the organisation."""

    of_author: tuple[str, ...] | UnsetType = UNSET
    """The teams that the proposal's author belongs to."""
    of_owners: tuple[str, ...] | UnsetType = UNSET
    """The teams among the owners of the changed files."""


class ViewedStatus(Struct, frozen=True, kw_only=True):
    """What an external check says of this tree."""

    name: str
    """Its name."""
    state: StatusState
    """What it came to."""
    source: str
    """Who says so."""


class ViewedStatuses(Struct, frozen=True, kw_only=True):
    """External checks."""

    all: tuple[ViewedStatus, ...] | UnsetType = UNSET
    """Every check that reported on this tree."""
    failed: tuple[str, ...] | UnsetType = UNSET
    """The names of those that failed."""
    pending: tuple[str, ...] | UnsetType = UNSET
    """The names of those that have not ended."""


class ViewedRollout(Struct, frozen=True, kw_only=True):
    """The plan by which the change is rolled out."""

    has_plan: bool | UnsetType = UNSET
    """Whether there is one."""
    stages: tuple[str, ...] | UnsetType = UNSET
    """The names of its stages."""
    is_automatic: bool | UnsetType = UNSET
    """Whether it is rolled back without anybody's doing."""


class ViewedControl(Struct, frozen=True, kw_only=True):
    """A control of a framework that the change bears on."""

    framework: str
    """The framework, such as `soc2`."""
    control: str
    """The control's number."""
    is_broken: bool
    """Whether the change breaks it."""


class ViewedCompliance(Struct, frozen=True, kw_only=True):
    """Controls that the change bears on."""

    controls: tuple[ViewedControl, ...] | UnsetType = UNSET
    """Every one."""
    frameworks: tuple[str, ...] | UnsetType = UNSET
    """The frameworks they belong to."""


class ViewedRuntime(Struct, frozen=True, kw_only=True):
    """What is known of the changed code in production."""

    calls_a_minute: float | UnsetType = UNSET
    """How often the most called of the changed entry points is called."""
    largest_table: int | UnsetType = UNSET
    """Rows of the largest table that the change alters."""
