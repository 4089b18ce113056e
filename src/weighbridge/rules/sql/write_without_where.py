"""A migration changes or deletes every row."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Delete, Update
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
    """One finding for each statement."""
    sql = case[SqlChange]
    for step in sql.steps():
        act = step.act
        if not isinstance(act, Delete | Update) or act.where is not None or act.is_limited:
            continue
        is_gone = isinstance(act, Delete)
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
