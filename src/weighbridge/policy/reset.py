"""A reset: for a time, changes of what the business leans on most take two people, documents and checks of machines."""

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

RESET_VERSION: Final = 1
RESET_PATH: Final = ".weighbridge/reset.yaml"
_DAY: Final = timedelta(days=1)


class Phase(StrEnum):
    """Where a moment stands to a reset."""

    AHEAD = "ahead"
    ON = "on"
    OVER = "over"


class Reset(Struct, frozen=True, kw_only=True):
    """From `start` until just before `end`, changes that touch or reach components of `tier` or a lower number, or one
    of those that are named besides.
    """

    start: datetime
    end: datetime
    tier: int = 1
    components: tuple[str, ...] = ()
    reason: str = ""

    def phase(self, now: datetime) -> Phase:
        """Where `now` stands to it."""
        if now < self.start:
            return Phase.AHEAD
        return Phase.ON if now < self.end else Phase.OVER

    def day(self, now: datetime) -> int:
        """The how manieth day it is, from 1."""
        return (now - self.start) // _DAY + 1

    @property
    def days(self) -> int:
        """How many days it lasts, a part of one being one."""
        return -((self.start - self.end) // _DAY)

    def days_left(self, now: datetime) -> int:
        """How many days are left, a part of one being one; none once it is over."""
        return max(0, -((now - max(self.end, now)) // _DAY))

    def covers(self, name: str, tier: int) -> bool:
        """Whether a component of this name and tier is among what it is about."""
        return tier <= self.tier or name in self.components

    @property
    def about(self) -> str:
        """What it is about, in words."""
        tier = "tier 1" if self.tier == 1 else f"tiers 1 to {self.tier}"
        return f"{tier} and {', '.join(self.components)}" if self.components else tier

    def words(self, now: datetime) -> str:
        """What a reader of a package should know of it, in one line."""
        until = f"{self.end.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        match self.phase(now):
            case Phase.AHEAD:
                return f"a reset of {self.about} begins on {self.start.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
            case Phase.ON:
                return f"a reset of {self.about} is on until {until}, day {self.day(now)} of {self.days}"
            case Phase.OVER:
                return f"the reset of {self.about} is over since {until} and asks for nothing"


def condition_of(reset: Reset) -> str:
    """When a reset asks for something, as a condition.

    What is measured in part, or not at all, may reach anything. Who may change our own configuration could end the reset
    or take a component out of its tier.
    """
    named = ", ".join(map(quoted, reset.components))
    is_covered = f"c.tier <= {reset.tier}" + (f" || c.name in [{named}]" if named else "")
    parts = (
        f"components.exists(c, {is_covered})",
        'touches(".weighbridge/**")',
        "!has(impact.is_complete)",
        "!impact.is_complete",
    )
    return (
        f'time.now >= timestamp("{moment_text(reset.start)}") && time.now < timestamp("{moment_text(reset.end)}") &&'
        f" ({' || '.join(parts)})"
    )


def moment_text(moment: datetime) -> str:
    """A moment as documents and conditions spell it."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def quoted(name: str) -> str:
    """As YAML reads it, whatever stands in it."""
    return json.dumps(name, ensure_ascii=False)
