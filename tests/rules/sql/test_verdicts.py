"""What the SQL rules together make of whole migrations: every dangerous one is stopped, and no safe one."""

from collections.abc import Sequence

import pytest
from tests.rules.sql.migrations import (
    DANGEROUS,
    MYSQL_DANGEROUS,
    MYSQL_SAFE,
    SAFE,
    SQLITE_DANGEROUS,
    SQLITE_SAFE,
)

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


MIGRATIONS = "migrations/0009_change.sql"


def judged(sql: str, path: str = MIGRATIONS) -> Judgement:
    repository = MemoryRepository({}, {path: sql + "\n"})
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


MYSQL, SQLITE = "db/mysql/migrations/0009_change.sql", "db/sqlite/migrations/0009_change.sql"
STOPPED = [
    *((MIGRATIONS, sql) for sql in DANGEROUS),
    *((MYSQL, sql) for sql in MYSQL_DANGEROUS),
    *((SQLITE, sql) for sql in SQLITE_DANGEROUS),
]
PASSED = [
    *((MIGRATIONS, sql) for sql in SAFE),
    *((MYSQL, sql) for sql in MYSQL_SAFE),
    *((SQLITE, sql) for sql in SQLITE_SAFE),
]


@pytest.mark.parametrize(("path", "sql"), STOPPED)
def test_a_dangerous_migration_is_stopped(path: str, sql: str) -> None:
    assert blocking(judged(sql, path).findings)


@pytest.mark.parametrize(("path", "sql"), PASSED)
def test_a_safe_migration_is_not_stopped(path: str, sql: str) -> None:
    assert blocking(judged(sql, path).findings) == []


@pytest.mark.parametrize(("path", "sql"), [*STOPPED, *PASSED])
def test_every_migration_is_read_whole(path: str, sql: str) -> None:
    assert [outcome.missing for outcome in judged(sql, path).outcomes if outcome.missing] == []


@pytest.mark.parametrize(
    "sql",
    [
        "DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'a'); END $$;",
        "FROBNICATE users;",
        "ALTER TABLE {{ users }} DROP COLUMN name;",
        "\\i other.sql",
        "INSERT INTO notes VALUES ('never ends);",
    ],
)
def test_what_cannot_be_read_is_clear_by_no_rule_and_the_rest_is_judged(sql: str) -> None:
    found = judged(f"DROP TABLE users;\n{sql}")

    assert [finding.place.line for finding in found.findings if finding.rule == "sql/drop-table"] == [1]
    assert {outcome.state for outcome in found.outcomes if outcome.subject} <= {"found", "could-not-look"}
    assert {outcome.missing.reason for outcome in found.outcomes if outcome.missing} == {"unparsed"}
