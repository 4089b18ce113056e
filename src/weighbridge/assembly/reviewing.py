"""What a review needs besides the change."""

import os
from collections.abc import Mapping
from datetime import datetime

from weighbridge.adapters.cache.history import SqliteHistoryCache
from weighbridge.adapters.facts.location import cache_folder
from weighbridge.app.acquaintances import people_of
from weighbridge.app.assess_risk import assess_risk
from weighbridge.app.build_roster import build_roster
from weighbridge.app.find_knowledge import Around, History, find_knowledge
from weighbridge.app.find_people import find_people
from weighbridge.app.review_change import Reviewer
from weighbridge.app.sight import Sight
from weighbridge.assembly.bench import SystemClock
from weighbridge.assembly.ledgers import settings_of
from weighbridge.assembly.policies import policy_in_force, reset_in
from weighbridge.domain.ids import SymbolId
from weighbridge.domain.impact import Dependent, Impact
from weighbridge.domain.knowledge import KnowledgeTerms, WhoKnows
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.package import Sequence
from weighbridge.domain.risk import FailureScenario, Risk
from weighbridge.domain.rule import LoadedRule
from weighbridge.domain.system import Surface
from weighbridge.domain.trust import Trust
from weighbridge.engine.run import Judgement
from weighbridge.landscape.sequences import draw_sequences
from weighbridge.landscape.users import unchanged_users
from weighbridge.policy.people import People
from weighbridge.policy.policy import Policy
from weighbridge.policy.population import Population
from weighbridge.provenance.forms import built_in
from weighbridge.provenance.machines import is_machine
from weighbridge.risk.scenarios import scenarios


def reviewer(
    rules: tuple[LoadedRule, ...],
    trust: Trust,
    *,
    report_only: bool = False,
    is_only_told: bool = False,
    policy: Policy | None = None,
) -> Reviewer:
    """A reviewer with the policy in force, or with the one that is to be tried. Raises `ConfigurationError`."""
    policy = policy or policy_in_force(trust, report_only=report_only, is_only_told=is_only_told)
    reset = reset_in(trust)
    return Reviewer(
        rules=rules,
        policy=policy,
        people=people_of(trust, policy, roster=build_roster(trust, ledger="", machines=policy.people.bots)),
        clock=SystemClock(),
        assess_risk=_risk,
        find_knowledge=_knowledge,
        draw_sequences=_sequences,
        find_population=_population,
        called=settings_of(trust).repository,
        in_force=(reset.words(SystemClock().now()),) if reset else (),
    )


def ways_to_fail(sight: Sight, judgement: Judgement, *, surfaces: tuple[Surface, ...]) -> tuple[FailureScenario, ...]:
    """How the change could fail, as far as its impact is known."""
    impact = Impact() if isinstance(sight.impact, CouldNotLook) else sight.impact
    return scenarios(judgement.findings, impact, surfaces=surfaces, users=_users(sight))


def _risk(sight: Sight, judgement: Judgement, *, surfaces: tuple[Surface, ...]) -> Risk:
    return assess_risk(
        sight.repository,
        sight.change,
        cache=SqliteHistoryCache(cache_folder(os.environ)),
        progress=sight.progress,
        scenarios=ways_to_fail(sight, judgement, surfaces=surfaces),
    )


def _knowledge(sight: Sight, people: People) -> WhoKnows:
    """Who knows what the change touches, as of its newest commit, so that whoever asks again is told the same."""
    terms = KnowledgeTerms()
    return find_knowledge(
        sight.repository,
        sight.change,
        around=_around(sight, people),
        terms=terms,
        at=_at(sight),
        history=_history(sight),
    )


def _population(sight: Sight, people: People) -> Population:
    """Everybody who is here, as of the change's newest commit too."""
    around = _around(sight, people)
    return find_people(
        sight.repository, sight.change, trust=sight.trust, around=around, at=_at(sight), history=_history(sight)
    )


def _around(sight: Sight, people: People) -> Around:
    return Around(
        components=sight.base_components,
        circle=people.circle,
        teams=people.teams,
        is_machine=lambda name: people.is_bot(name) or is_machine(name, built_in()),
    )


def _at(sight: Sight) -> datetime:
    return max((commit.committed_at for commit in sight.change.commits), default=SystemClock().now())


def _history(sight: Sight) -> History:
    return History(cache=SqliteHistoryCache(cache_folder(os.environ)), progress=sight.progress)


def _users(sight: Sight) -> Mapping[SymbolId, tuple[Dependent, ...]]:
    landscapes = sight.landscapes
    return {} if isinstance(landscapes, CouldNotLook) else unchanged_users(landscapes, sight.code)


def _sequences(sight: Sight) -> tuple[Sequence, ...]:
    if isinstance(sight.landscapes, CouldNotLook) or isinstance(sight.impact, CouldNotLook):
        return ()
    return draw_sequences(sight.landscapes, sight.code, impact=sight.impact)
