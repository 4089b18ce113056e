"""What a review needs besides the change."""

import os
from collections.abc import Mapping

from weighbridge.adapters.cache.history import SqliteHistoryCache
from weighbridge.adapters.facts.location import cache_folder
from weighbridge.app.acquaintances import people_of
from weighbridge.app.assess_risk import assess_risk
from weighbridge.app.build_roster import build_roster
from weighbridge.app.find_knowledge import Around, History, find_knowledge
from weighbridge.app.review_change import Reviewer
from weighbridge.app.sight import Sight
from weighbridge.assembly.bench import SystemClock
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
from weighbridge.provenance.forms import built_in
from weighbridge.provenance.machines import is_machine
from weighbridge.risk.scenarios import scenarios


def reviewer(rules: tuple[LoadedRule, ...], trust: Trust, *, report_only: bool = False) -> Reviewer:
    """A reviewer with the policy in force. Raises `ConfigurationError`."""
    policy = policy_in_force(trust, report_only=report_only)
    reset = reset_in(trust)
    return Reviewer(
        rules=rules,
        policy=policy,
        people=people_of(trust, policy, roster=build_roster(trust, ledger="", machines=policy.people.bots)),
        clock=SystemClock(),
        assess_risk=_risk,
        find_knowledge=_knowledge,
        draw_sequences=_sequences,
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
    around = Around(
        components=sight.base_components,
        circle=people.circle,
        teams=people.teams,
        is_machine=lambda name: is_machine(name, built_in()),
    )
    at = max((commit.committed_at for commit in sight.change.commits), default=SystemClock().now())
    history = History(cache=SqliteHistoryCache(cache_folder(os.environ)), progress=sight.progress)
    terms = KnowledgeTerms()
    return find_knowledge(sight.repository, sight.change, around=around, terms=terms, at=at, history=history)


def _users(sight: Sight) -> Mapping[SymbolId, tuple[Dependent, ...]]:
    landscapes = sight.landscapes
    return {} if isinstance(landscapes, CouldNotLook) else unchanged_users(landscapes, sight.code)


def _sequences(sight: Sight) -> tuple[Sequence, ...]:
    if isinstance(sight.landscapes, CouldNotLook) or isinstance(sight.impact, CouldNotLook):
        return ()
    return draw_sequences(sight.landscapes, sight.code, impact=sight.impact)
