"""A migration changes or deletes every row."""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Delete, Update, Value
from weighbridge.landscape.sql.backfills import Locked
from weighbridge.landscape.sql.causes import cause_of_rows, overwrites
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

_NEVER: Final = LatePattern(r"\bfalse\b|\bnull\b|\b0\s*=\s*[1-9]|\b1\s*=\s*[02-9]|^\W*0\W*$|<>|!=|<|>", re.IGNORECASE)
"""What is said of a condition that no row meets, or that would have to be worked out."""


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement; `sql/backfill-with-schema` tells a change of rows whose table is locked as a whole meanwhile."""
    sql = case[SqlChange]
    locked = Locked()
    for step in sql.steps():
        act = step.act
        if not isinstance(act, Delete | Update) or act.is_limited or not _picks_all(step, act.where):
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
            causes=cause_of_rows(step, is_more=is_gone or overwrites(sql, step)),
        )


def _picks_all(step: Step, where: Value | None) -> bool:
    """Whether no condition is asked, or one that every row meets; `sql/unbatched-write` tells of any in a migration."""
    if where is None:
        return True
    return where.is_constant and not step.migration.is_migration and _NEVER.search(where.text) is None


def _severity(sql: SqlChange, step: Step, *, is_gone: bool) -> Severity:
    if step.migration.is_seed:
        return Severity.MEDIUM
    return Severity.HIGH if is_gone else weighed(sql, step.act.table)
