"""A change of the past as policies are asked about it, in a form that can be kept."""

import re
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.change import Change
from weighbridge.domain.findings import WeighedFinding
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import Impact
from weighbridge.domain.knowledge import WhoKnows
from weighbridge.domain.outcomes import CouldNotLook, Coverage, Outcome
from weighbridge.domain.owners import Ownership
from weighbridge.domain.provenance import Provenance
from weighbridge.domain.risk import Risk
from weighbridge.domain.system import AreaLevel, Component, Stated, Surface
from weighbridge.policy.asking import asking
from weighbridge.policy.case import Case
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.people import stated_people
from weighbridge.policy.policy import Policy
from weighbridge.policy.population import only

KEPT_VERSION: Final = 2
"""Raised with any change of what is kept."""
_REVIEWERS: Final = re.compile(
    r"(?im)^(?:reviewed|acked|approved)-by:[^\S\n]*([^<\n]{0,200}<[^<>\s]{1,254}>|[^<\n]{1,200})"
)


class PastChange(Struct, frozen=True, kw_only=True):
    """One change that landed: everything of its document, and who owned what it touches.

    What is there or could not be looked at are two fields, of which one is None.
    """

    change: Change
    provenance: Provenance
    findings: tuple[WeighedFinding, ...]
    outcomes: tuple[Outcome, ...]
    coverage: Coverage
    impact: Impact | None
    no_impact: CouldNotLook | None
    risk: Risk
    surfaces: tuple[Surface, ...]
    components: tuple[Component, ...]
    areas: dict[RepoPath, Stated[AreaLevel]]
    owners: tuple[str, ...]
    ownership: Ownership | None
    no_ownership: CouldNotLook | None
    changed_components: tuple[str, ...] = field(default=())

    @property
    def document(self) -> PolicyDocument:
        """What policies may look at."""
        impact = self.impact or self.no_impact
        assert impact is not None, "one of both is kept"
        return PolicyDocument(
            change=self.change,
            provenance=self.provenance,
            findings=self.findings,
            outcomes=self.outcomes,
            coverage=self.coverage,
            impact=impact,
            risk=self.risk,
            surfaces=self.surfaces,
            components=self.components,
            areas=self.areas,
            owners=self.owners,
        )

    @property
    def named_reviewers(self) -> tuple[str, ...]:
        """Who reviewed it as its messages say, which proves nothing: authors and committers left out."""
        own = {commit.author.email.casefold() for commit in self.change.commits}
        own |= {commit.committer.email.casefold() for commit in self.change.commits}
        found = (match[1].strip() for c in self.change.commits for match in _REVIEWERS.finditer(c.message))
        return tuple(dict.fromkeys(name for name in found if not any(address in name.casefold() for address in own)))


def past_change(case: Case) -> PastChange:
    """What is kept of a change that was weighed."""
    document, ownership = case.document, case.ownership
    impact = document.impact if isinstance(document.impact, Impact) else None
    return PastChange(
        change=document.change,
        provenance=document.provenance,
        findings=document.findings,
        outcomes=document.outcomes,
        coverage=document.coverage,
        impact=impact,
        no_impact=None if isinstance(document.impact, Impact) else document.impact,
        risk=document.risk,
        surfaces=document.surfaces,
        components=document.components,
        areas=document.areas,
        owners=document.owners,
        ownership=ownership if isinstance(ownership, Ownership) else None,
        no_ownership=ownership if isinstance(ownership, CouldNotLook) else None,
        changed_components=impact.changed_components if impact else (),
    )


def case_before(past: PastChange, policy: Policy) -> Case:
    """The change before `policy`, as if nobody had said anything of it."""
    document = past.document
    authors = [commit.author.email for commit in past.change.commits] or ["nobody"]
    components = past.changed_components or ("what is changed",)
    return Case(
        policy=policy,
        document=document,
        holds=asking(document, policy),
        people=stated_people(policy.people),
        ownership=past.ownership or past.no_ownership,
        who_knows=lambda: WhoKnows(components=components),
        population=lambda: only(authors[0]),
    )
