"""Who knows a component well enough that their word on a change of it weighs something."""

from datetime import timedelta
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import EvidenceId, evidence_id
from weighbridge.domain.outcomes import CouldNotLook

MINOR: Final = 0.05
"""The share of a component's changes below which a contributor is a minor one: Bird, Nagappan, Murphy, Gall, Devanbu:
Don't Touch My Code! (ESEC/FSE 2011), section 2.1."""


class KnowledgeTerms(Struct, frozen=True, kw_only=True):
    """From when on somebody knows a component by having worked on it.

    They authored `least_commits` of its changes within `days`, and `least_share` of all of them. A change of more files
    than `widest` teaches nothing about any one component, and at most the `most_commits` newest changes are looked at.
    """

    days: int = 180
    least_commits: int = 3
    least_share: float = MINOR
    widest: int = 100
    most_commits: int = 2_000

    @property
    def span(self) -> timedelta:
        """How far back work counts."""
        return timedelta(days=self.days)


class Knowledge(Struct, frozen=True, kw_only=True):
    """One person who knows one component, and why that is believed.

    `person` is the name they are known by. An owner knows by being declared; the others by `commits` out of `of`.
    """

    person: str
    component: str
    reason: str
    is_owner: bool = False
    commits: int = 0
    of: int = 0

    @property
    def evidence(self) -> EvidenceId:
        """The id prose cites this by."""
        return evidence_id("knowledge", self.person, self.component, self.reason)


class WhoKnows(Struct, frozen=True, kw_only=True):
    """Who knows the components of a change; `missing` says why there may be others who do."""

    components: tuple[str, ...]
    known: tuple[Knowledge, ...] = ()
    missing: CouldNotLook | None = None

    def of(self, component: str) -> tuple[Knowledge, ...]:
        """Those who know one component."""
        return tuple(each for each in self.known if each.component == component)
