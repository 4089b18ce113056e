"""The only place that knows which adapter serves which port."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from weighbridge.adapters.cache.history import SqliteHistoryCache
from weighbridge.adapters.facts.cached import CachedFacts
from weighbridge.adapters.facts.database import Database
from weighbridge.adapters.facts.location import cache_folder
from weighbridge.adapters.facts.pool import ExtractionPool
from weighbridge.adapters.facts.store import FactStore
from weighbridge.adapters.git.repository import GitRepository, open_repository
from weighbridge.adapters.signatures import SshKeygen
from weighbridge.app.assess_risk import assess_risk
from weighbridge.app.build_trust import build_trust
from weighbridge.app.ports import ChangeRequest, Progress
from weighbridge.app.review_change import Reviewer
from weighbridge.app.sight import Sight
from weighbridge.app.trace_provenance import trace_provenance
from weighbridge.domain.impact import Impact
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.package import Sequence
from weighbridge.domain.risk import Risk
from weighbridge.domain.rule import LoadedRule
from weighbridge.domain.system import Surface
from weighbridge.engine.discover import find_packs, find_rules, load_rule
from weighbridge.engine.run import Judgement
from weighbridge.landscape.description import SystemDescription
from weighbridge.landscape.sequences import draw_sequences
from weighbridge.landscape.system_file import load_system
from weighbridge.policy.policy import default_policy
from weighbridge.risk.scenarios import scenarios

SYSTEM_PATHS: Final = (".weighbridge/system.yaml", ".weighbridge/system.yml")


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current time in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class Bench:
    """A repository opened for work, with everything that looks into it."""

    repository: GitRepository
    facts: CachedFacts

    def see(self, request: ChangeRequest, progress: Progress, *, may_index: bool = True) -> Sight:
        """The change that was asked for, with what can be seen of it.

        Raises:
            RepositoryError: git could not give the change.
            ConfigurationError: the trusted description of the system is wrong.
        """
        change = self.repository.change(request)
        organisation = os.environ.get("WEIGHBRIDGE_ORGANISATION")
        trust = build_trust(
            self.repository, change, request=request, organisation=Path(organisation) if organisation else None
        )
        document = trust.document(*SYSTEM_PATHS)
        verifier = SshKeygen()
        return Sight(
            repository=self.repository,
            change=change,
            trust=trust,
            source=self.facts,
            system=load_system(document.data, document.path) if document else SystemDescription(),
            progress=progress,
            trace=lambda: trace_provenance(self.repository, change, trust=trust, verifier=verifier),
            may_index=may_index,
        )


@contextmanager
def open_bench(folder: Path, environment: Mapping[str, str] = os.environ) -> Iterator[Bench]:
    """The repository at or above `folder` with its cached facts; closed again whatever happens.

    Raises:
        NotARepositoryError: there is none.
    """
    with open_repository(folder) as repository:
        pool = ExtractionPool(repository.read)
        facts = CachedFacts(FactStore(Database(cache_folder(environment)), repository.identity), pool)
        try:
            yield Bench(repository, facts)
        finally:
            facts.close()


def bundled_rules() -> tuple[LoadedRule, ...]:
    """Every rule that comes with Weighbridge or an installed pack.

    Raises:
        RuleError: a pack is not as it must be.
    """
    return tuple(load_rule(place) for place in (*find_rules(), *find_packs()))


def reviewer(rules: tuple[LoadedRule, ...], *, report_only: bool = False) -> Reviewer:
    """A reviewer with the built-in policy."""
    return Reviewer(
        rules=rules,
        policy=default_policy(report_only=report_only),
        clock=SystemClock(),
        assess_risk=_risk,
        draw_sequences=_sequences,
    )


def _risk(sight: Sight, judgement: Judgement, *, surfaces: tuple[Surface, ...]) -> Risk:
    impact = Impact() if isinstance(sight.impact, CouldNotLook) else sight.impact
    return assess_risk(
        sight.repository,
        sight.change,
        cache=SqliteHistoryCache(cache_folder(os.environ)),
        progress=sight.progress,
        scenarios=scenarios(judgement.findings, impact, surfaces=surfaces),
    )


def _sequences(sight: Sight) -> tuple[Sequence, ...]:
    if isinstance(sight.landscapes, CouldNotLook) or isinstance(sight.impact, CouldNotLook):
        return ()
    return draw_sequences(sight.landscapes, sight.code, impact=sight.impact)
