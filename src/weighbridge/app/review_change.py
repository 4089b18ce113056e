"""Review a change: look at it from every side, weigh what was seen, and compose the package."""

from collections.abc import Callable, Iterator
from collections.abc import Sequence as Seq
from functools import cache
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from weighbridge import __version__
from weighbridge.app.build_trust import POLICY
from weighbridge.app.find_ownership import find_ownership
from weighbridge.app.find_papers import find_papers
from weighbridge.app.ports import Clock, Repository
from weighbridge.app.sight import Sight
from weighbridge.app.weigh_findings import IMPACT, TRUST, cut_short, missed_code, weigh_findings
from weighbridge.domain.change import Change
from weighbridge.domain.impact import Impact
from weighbridge.domain.knowledge import WhoKnows
from weighbridge.domain.outcomes import CouldNotLook, Outcome, OutcomeState, Reason
from weighbridge.domain.owners import touched_paths
from weighbridge.domain.package import Decision, Excerpt, ReviewPackage, Sequence, TrustRecord
from weighbridge.domain.places import Side
from weighbridge.domain.record import Attachment
from weighbridge.domain.risk import Risk
from weighbridge.domain.rule import LoadedRule
from weighbridge.domain.system import Component, Surface
from weighbridge.domain.trust import Trust, branch_of
from weighbridge.engine.run import Judgement, run_rules
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.policy.asking import asking
from weighbridge.policy.case import Case, Paper
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.people import People, involvement
from weighbridge.policy.policy import Policy
from weighbridge.policy.population import Population
from weighbridge.review.compose import compose
from weighbridge.review.excerpts import cut_excerpt
from weighbridge.review.standing import new_findings

_MOST_QUOTED: Final = 100


class AssessRisk(Protocol):
    """Says where a change stands among its repository's own."""

    def __call__(self, sight: Sight, judgement: Judgement, *, surfaces: tuple[Surface, ...]) -> Risk:
        """The risk of the change that `sight` shows."""


class FindKnowledge(Protocol):
    """Says who knows the components that a change touches."""

    def __call__(self, sight: Sight, people: People) -> WhoKnows:
        """Who knows what the change that `sight` shows touches."""


class Reviewer(Struct, frozen=True, kw_only=True):
    """What a review needs besides the change itself."""

    rules: tuple[LoadedRule, ...]
    policy: Policy
    people: People
    clock: Clock
    assess_risk: AssessRisk
    find_knowledge: FindKnowledge
    draw_sequences: Callable[[Sight], tuple[Sequence, ...]]
    find_population: Callable[[Sight, People], Population] | None = None
    called: str = ""
    """What the repository is called by what is trusted; empty is as this clone calls it."""
    in_force: tuple[str, ...] = ()
    """What holds of the policy today alone, in words, such as that a reset is on."""


FindPapers = Callable[[Seq[Attachment]], tuple[Paper, ...]]
"""The documents that the policy asks for, with those that were attached."""


class Weighed(Struct, frozen=True, kw_only=True):
    """A package, and the case that it puts before the gate: nothing was said of it yet, and it is no particular time."""

    package: ReviewPackage
    case: Case
    find_papers: FindPapers
    repository: Repository
    trust: Trust


def review_change(sight: Sight, reviewer: Reviewer) -> ReviewPackage:
    """The package of one change."""
    return weigh_change(sight, reviewer).package


def weigh_change(sight: Sight, reviewer: Reviewer) -> Weighed:
    """The package of one change, with the case for whoever asks the gate."""
    judgement = run_rules(reviewer.rules, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)
    standing = weigh_findings(sight, judgement, clock=reviewer.clock)
    risk = reviewer.assess_risk(sight, judgement, surfaces=sight.surfaces)
    components = _mentioned(sight, reviewer.policy)
    outcomes = (*judgement.outcomes, *_of_impact(sight), *_of_trust(sight), *cut_short(sight))
    document = PolicyDocument(
        change=replace(sight.change, repository=reviewer.called or sight.change.repository),
        provenance=sight.provenance,
        findings=standing.findings,
        outcomes=outcomes,
        coverage=sight.coverage,
        impact=sight.impact,
        risk=risk,
        surfaces=sight.surfaces,
        components=components,
        areas={p: sight.components.area_of(p) for p in sight.code.files},
        owners=sight.owners,
    )
    policy, people = reviewer.policy, reviewer.people

    def papers(attachments: Seq[Attachment]) -> tuple[Paper, ...]:
        return find_papers(sight, policy, scenarios=risk.scenarios, attachments=attachments)

    case = Case(
        policy=policy,
        document=document,
        holds=asking(document, policy),
        people=people,
        involved=involvement(sight.change, people),
        papers=papers(()),
        ownership=find_ownership(sight.change, sight.trust),
        who_knows=cache(lambda: reviewer.find_knowledge(sight, people)),
        population=_population(sight, reviewer),
    )
    decision = Decision(
        change=sight.change,
        provenance=sight.provenance,
        findings=standing.findings,
        suppressions=standing.suppressions,
        outcomes=outcomes,
        coverage=sight.coverage,
        impact=_known(sight),
        surfaces=sight.surfaces,
        components=components,
        gate=decide_gate(replace(case, policy=replace(policy, is_only_told=False))),  # how it is run decides nothing
        trust=_trust_record(sight),
        tool=f"weighbridge {__version__}",
        inputs=sight.inputs.records,
    )
    package = compose(
        decision,
        risk,
        made_at=reviewer.clock.now(),
        sequences=reviewer.draw_sequences(sight),
        excerpts=_excerpts(sight, decision),
        in_force=(*reviewer.in_force, *_by_another_policy(sight)),
    )
    return Weighed(package=package, case=case, find_papers=papers, repository=sight.repository, trust=sight.trust)


def _by_another_policy(sight: Sight) -> Iterator[str]:
    """By which policy a change is judged that brings another: nothing of what it brings decides about it."""
    if any(path in POLICY for path in touched_paths(sight.change.files)):
        trust = sight.trust
        branch = branch_of(trust.target_name)
        where = f"the policy of {branch} at {trust.target[:12]}" if trust.target else "no policy of this repository"
        yield f"{where}: the one that this change brings decides about what comes after it, exceptions too"


def _population(sight: Sight, reviewer: Reviewer) -> Callable[[], Population] | None:
    """Who is here at all; looked for only where the policy is for one person."""
    find = reviewer.find_population
    if find is None or not reviewer.policy.is_solo:
        return None
    return cache(lambda: find(sight, reviewer.people))


def _touched(sight: Sight) -> tuple[Component, ...]:
    """The components that the change touches; those of what nobody could tell a file to land on are not among them."""
    paths = (path for file in sight.change.files for path in (file.path, *(file.lands_on or ())))
    found = map(sight.components.component_of, paths)
    return tuple({component.name: component for component in found}.values())


def no_lighter(components: Seq[Component], base: ComponentMap, *, change: Change) -> tuple[Component, ...]:
    """The components as firm rules see them: with those that base has where files changed, and with its tiers where it
    gives a graver one. What was inferred from the head is the author's to redraw.
    """
    before = {component.name: component.tier for component in base.components}
    touched = (base.component_of(path) for path in touched_paths(change.files))
    found = {component.name: component for component in (*touched, *components)}

    def graver(component: Component) -> Component:
        tier = before.get(component.name, component.tier)
        return replace(component, tier=tier) if tier.value < component.tier.value else component

    return tuple(map(graver, found.values()))


def _excerpts(sight: Sight, decision: Decision) -> tuple[Excerpt, ...]:
    """The code around the worst findings; a place in a file that did not change is shown by its anchor alone."""
    cut = (cut_excerpt(f, sight.bytes.text(f.place.path, f.place.side)) for f in new_findings(decision)[:_MOST_QUOTED])
    return tuple(excerpt for excerpt in cut if excerpt)


def _known(sight: Sight) -> Impact:
    """The impact; where it could not be measured, at least what changed."""
    return Impact(changed=sight.code.symbols) if isinstance(sight.impact, CouldNotLook) else sight.impact


def _of_impact(sight: Sight) -> tuple[Outcome, ...]:
    """Impact has an outcome like a rule's, so that not having measured it, or only part of it, is seen."""
    impact = sight.impact
    if isinstance(impact, CouldNotLook):
        return (Outcome(rule=IMPACT, subject="", state=OutcomeState.COULD_NOT_LOOK, missing=impact),)
    missed = missed_code(sight)
    found = Outcome(rule=IMPACT, subject="", state=OutcomeState.FOUND if impact.dependents else OutcomeState.CLEAR)
    return (*((found,) if impact.dependents or not missed else ()), *missed)


def _of_trust(sight: Sight) -> tuple[Outcome, ...]:
    """Where no branch is protected, the repository's own documents decide nothing, which nobody would notice by itself."""
    trust = sight.trust
    if trust.target_name or trust.documents:
        return ()
    missing = CouldNotLook(
        reason=Reason.NOT_CONFIGURED,
        detail=f"nothing here is trusted to decide: {trust.target_reason}",
        remedy="name the protected branch with --target",
    )
    return (Outcome(rule=TRUST, subject="", state=OutcomeState.COULD_NOT_LOOK, missing=missing),)


def _mentioned(sight: Sight, policy: Policy) -> tuple[Component, ...]:
    """The components that the package names: those the change touches, and those it reaches or leans on."""
    impact = _known(sight)
    names = {name for edge in impact.components for name in (edge.source, edge.target)}
    others = (component for component in sight.components.components if component.name in names)
    found = tuple({component.name: component for component in (*_touched(sight), *others)}.values())
    if any(rule.exceptions_by for rule in policy.rules):
        return no_lighter(found, sight.base_components, change=sight.change)
    return found


def _trust_record(sight: Sight) -> TrustRecord:
    trust = sight.trust
    return TrustRecord(
        target=trust.target or "",
        target_name=trust.target_name,
        documents={str(path): document.digest for path, document in sorted(trust.documents.items())},
    )
