"""A migration changes or deletes every row."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Delete, Update
from weighbridge.landscape.sql.backfills import Locked
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
    locked = Locked()
    for step in sql.steps():
        act = step.act
        if not isinstance(act, Delete | Update) or act.where is not None or act.is_limited:
            continue
        is_gone = isinstance(act, Delete)
        if not is_gone and locked.tells(step):
            continue
        words = (
            f"every row of `{act.table}` is deleted by one statement: they are gone for good"
            if is_gone
            else f"every row of `{act.table}` is changed by one statement, which locks each until it ends: {how_long(sql, act.table)}"
        )
        yield RULE.finding(
            words,
            step.place,
            anchor=step.anchor,
            severity=_severity(sql, step, is_gone=is_gone),
        )


def _severity(sql: SqlChange, step: Step, *, is_gone: bool) -> Severity:
    if step.migration.is_seed:
        return Severity.MEDIUM
    return Severity.HIGH if is_gone else weighed(sql, step.act.table)
