"""A migration asks of a partitioned table what PostgreSQL does for none."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Act, AddConstraint, ConstraintKind, CreateIndex, CreateTable, DropTable
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement that fails."""
    sql = case[SqlChange]
    for step in sql.all_steps(Dialect.POSTGRES):
        why = _refused(step, step.act)
        if why and _is_partitioned(sql, step):
            yield RULE.finding(
                f"this fails: `{step.act.table}` is partitioned, and PostgreSQL {why}", step.place, anchor=step.anchor
            )


_KEYS_LATER = 18
"""Since this version foreign keys of partitioned tables may be left unchecked at first."""


def _refused(step: Step, act: Act) -> str:
    """Why it is refused where the table is partitioned; empty where it is not."""
    match act:
        case CreateIndex(is_concurrent=True, is_only=False):
            return "builds no index of such a table concurrently"
        case AddConstraint(constraint=constraint) if constraint.index:
            return "makes no constraint of such a table from an index that is there"
        case AddConstraint(constraint=constraint) if constraint.is_not_valid:
            is_later = (step.migration.spoken.version or 0) >= _KEYS_LATER
            is_key = constraint.kind is ConstraintKind.FOREIGN_KEY
            return "adds no foreign key to such a table unchecked before version 18" if is_key and not is_later else ""
    return ""


def _is_partitioned(sql: SqlChange, step: Step) -> bool:
    """Whether scripts made it so."""
    found = False
    for act in sql.acts_before(step, step.act.table):
        if isinstance(act, CreateTable):
            found = act.is_partitioned
        elif isinstance(act, DropTable):
            found = False
    return found
