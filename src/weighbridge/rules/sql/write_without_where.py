"""A migration changes or deletes every row."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Act, Delete, Update
from weighbridge.landscape.sql.backfills import surely_locked
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import how_long, weighed

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "data-loss",
        "lock",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement; `sql/backfill-with-schema` tells a change of rows whose table is locked as a whole meanwhile."""
    sql = case[SqlChange]
    locked: dict[RepoPath, frozenset[tuple[int, Act]]] = {}
    for step in sql.steps():
        act = step.act
        if not isinstance(act, Delete | Update) or act.where is not None or act.is_limited:
            continue
        is_gone = isinstance(act, Delete)
        if not is_gone and step.migration.dialect is Dialect.POSTGRES:
            path = step.migration.path
            if path not in locked:
                locked[path] = surely_locked(step.migration)
            if (step.order, act) in locked[path]:
                continue
        yield RULE.finding(
            f"every row of `{act.table}` is {'deleted' if is_gone else 'changed'} by one statement, which locks each until it"
            f" ends: {how_long(sql, act.table)}",
            step.place,
            anchor=step.anchor,
            severity=_severity(sql, step, is_gone=is_gone),
        )


def _severity(sql: SqlChange, step: Step, *, is_gone: bool) -> Severity:
    if step.migration.is_seed:
        return Severity.MEDIUM
    return Severity.HIGH if is_gone else weighed(sql, step.act.table)
