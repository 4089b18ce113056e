"""What a review needs besides the change."""

import os
from collections.abc import Mapping

from weighbridge.adapters.cache.history import SqliteHistoryCache
from weighbridge.adapters.facts.location import cache_folder
from weighbridge.app.assess_risk import assess_risk
from weighbridge.app.review_change import Reviewer
from weighbridge.app.sight import Sight
from weighbridge.assembly.bench import SystemClock
from weighbridge.domain.ids import SymbolId
from weighbridge.domain.impact import Dependent, Impact
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.package import Sequence
from weighbridge.domain.risk import FailureScenario, Risk
from weighbridge.domain.rule import LoadedRule
from weighbridge.domain.system import Surface
from weighbridge.engine.run import Judgement
from weighbridge.landscape.sequences import draw_sequences
from weighbridge.landscape.users import unchanged_users
from weighbridge.policy.policy import default_policy
from weighbridge.risk.scenarios import scenarios


def reviewer(rules: tuple[LoadedRule, ...], *, report_only: bool = False) -> Reviewer:
    """A reviewer with the built-in policy."""
    return Reviewer(
        rules=rules,
        policy=default_policy(report_only=report_only),
        clock=SystemClock(),
        assess_risk=_risk,
        draw_sequences=_sequences,
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


def _users(sight: Sight) -> Mapping[SymbolId, tuple[Dependent, ...]]:
    landscapes = sight.landscapes
    return {} if isinstance(landscapes, CouldNotLook) else unchanged_users(landscapes, sight.code)


def _sequences(sight: Sight) -> tuple[Sequence, ...]:
    if isinstance(sight.landscapes, CouldNotLook) or isinstance(sight.impact, CouldNotLook):
        return ()
    return draw_sequences(sight.landscapes, sight.code, impact=sight.impact)
