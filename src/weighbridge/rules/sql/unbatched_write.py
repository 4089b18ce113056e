"""A migration changes or deletes many rows by one statement."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Delete, Update
from weighbridge.landscape.sql.backfills import Locked
from weighbridge.landscape.sql.batches import is_narrow, shown
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import how_long, weighed

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "lock",
        "performance",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement whose condition picks neither one row nor a part of them; `sql/backfill-with-schema` tells others."""
    sql, locked = case[SqlChange], Locked()
    for step in sql.steps():
        act = step.act
        if not isinstance(act, Update | Delete) or act.where is None or act.is_limited:
            continue
        if locked.tells(step):
            continue
        if step.migration.is_migration and not act.table.startswith("pg_") and not is_narrow(act.where, step.deed):
            yield RULE.finding(
                f"all rows of `{act.table}` where {shown(act.where.text)} are {'deleted' if isinstance(act, Delete) else 'changed'},"
                f" and locked until this one statement ends, and whoever writes one of them waits: {how_long(sql, act.table)}",
                step.place,
                anchor=step.anchor,
                severity=weighed(sql, act.table),
            )
