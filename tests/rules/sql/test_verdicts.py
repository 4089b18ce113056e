"""What the SQL rules together make of whole migrations: every dangerous one is stopped, and no safe one."""

from collections.abc import Sequence

import pytest
from tests.rules.sql.migrations import DANGEROUS, SAFE

from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.rehearse_rule import Silence
from weighbridge.app.sight import Sight
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Side
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.trust import Trust
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import Judgement, run_rules
from weighbridge.landscape.description import SystemDescription

RULES = [load_rule(place) for place in find_rules() if place.id.startswith("sql/")]


def judged(sql: str) -> Judgement:
    repository = MemoryRepository({}, {"migrations/0009_change.sql": sql + "\n"})
    change = repository.change(ChangeRequest())
    sight = Sight(
        repository=repository,
        change=change,
        trust=Trust(target=change.base_commit, target_name="main", target_reason=""),
        source=MemoryFacts(repository),
        system=SystemDescription(),
        progress=Silence(),
        trace=lambda: Provenance(origin=Origin.UNKNOWN),
    )
    return run_rules(RULES, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)


def blocking(findings: Sequence[Finding]) -> list[str]:
    return [
        f"{each.rule}: {each.message}"
        for each in findings
        if each.severity in (Severity.CRITICAL, Severity.HIGH) and each.confidence is not Confidence.LOW
    ]


@pytest.mark.parametrize("sql", DANGEROUS)
def test_a_dangerous_migration_is_stopped(sql: str) -> None:
    assert blocking(judged(sql).findings)


@pytest.mark.parametrize("sql", SAFE)
def test_a_safe_migration_is_not_stopped(sql: str) -> None:
    assert blocking(judged(sql).findings) == []


@pytest.mark.parametrize("sql", [*DANGEROUS, *SAFE])
def test_every_migration_is_read_whole(sql: str) -> None:
    assert [outcome.missing for outcome in judged(sql).outcomes if outcome.missing] == []
