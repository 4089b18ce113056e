"""A migration has no way back, though those beside it have."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.ways_back import lacks_way_back, takes_nothing_back
from weighbridge.landscape.tree import Tree

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    reads=(
        SqlChange,
        Tree,
    ),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
        "deployment",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each new script."""
    sql = case[SqlChange]
    for migration in sql.migrations:
        if not migration.is_new or not migration.deeds or migration.is_branch:
            continue
        lacks = takes_nothing_back(migration, sql.text_of(migration.path)) if migration.is_code else ""
        if lacks := lacks or lacks_way_back(migration, sql.known, head=case[Tree]):
            yield RULE.finding(
                f"{lacks}: a rollback of this release has to be done by hand",
                Place(path=migration.path, line=migration.deeds[0].line, end_line=migration.deeds[0].line),
                anchor=migration.path,
            )
