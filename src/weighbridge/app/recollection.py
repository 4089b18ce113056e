"""What is remembered of the last package of a repository: its evidence, so that it can be asked for by id."""

from collections.abc import Iterator
from typing import Final, Protocol

from msgspec import Struct

from weighbridge.domain.findings import WeighedFinding
from weighbridge.domain.gate import Requirement
from weighbridge.domain.ids import EvidenceId, RuleId
from weighbridge.domain.impact import ChangedSymbol, Reached
from weighbridge.domain.outcomes import Outcome, OutcomeState
from weighbridge.domain.package import Decision
from weighbridge.domain.risk import Contribution, FailureScenario, Risk
from weighbridge.domain.system import Surface

MOST: Final = 1_000
"""Of each kind; who wants more of a package keeps the package."""

Evidence = WeighedFinding | Requirement | Outcome | Surface | ChangedSymbol | Reached | Contribution | FailureScenario


class Recollection(Struct, frozen=True, kw_only=True):
    """The evidence of one package, and which change it was about."""

    what: str
    findings: tuple[WeighedFinding, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    changed: tuple[ChangedSymbol, ...] = ()
    reached: tuple[Reached, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    scenarios: tuple[FailureScenario, ...] = ()

    def evidence(self) -> Iterator[tuple[EvidenceId, Evidence]]:
        """Everything that has an id, with it."""
        yield from ((w.finding.evidence, w) for w in self.findings)
        rest = (
            self.requirements,
            self.outcomes,
            self.surfaces,
            self.changed,
            self.reached,
            self.contributions,
            self.scenarios,
        )
        yield from ((item.evidence, item) for items in rest for item in items)


class Memory(Protocol):
    """Keeps the recollection of each repository's last package; losing one costs a second look only."""

    def keep(self, repository: str, recollection: Recollection) -> None:
        """Remember this instead of what was remembered before; never raises."""

    def recall(self, repository: str) -> Recollection | None:
        """What was remembered last, if anything is."""


def recollection_of(what: str, decision: Decision, *, risk: Risk | None = None) -> Recollection:
    """What to remember of a decision."""
    unseen = (o for o in decision.outcomes if o.state is OutcomeState.COULD_NOT_LOOK)
    return Recollection(
        what=what,
        findings=decision.findings[:MOST],
        requirements=decision.gate.requirements[:MOST],
        outcomes=tuple(unseen)[:MOST],
        surfaces=decision.surfaces[:MOST],
        changed=decision.impact.changed[:MOST],
        reached=decision.impact.reached[:MOST],
        contributions=risk.contributions if risk else (),
        scenarios=risk.scenarios if risk else (),
    )


def rule_of(evidence: Evidence) -> RuleId | None:
    """The rule whose page says more about a piece of evidence."""
    if isinstance(evidence, WeighedFinding):
        return evidence.finding.rule
    return evidence.rule if isinstance(evidence, Outcome) else None
