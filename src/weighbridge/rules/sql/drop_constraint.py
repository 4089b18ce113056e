"""A migration drops a key, and with it what it kept from happening."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AddConstraint, ConstraintKind, DropConstraint, DropTable
from weighbridge.landscape.sql.constraints import kind_of
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each key that the script does not replace; checks are let go."""
    sql = case[SqlChange]
    for step in sql.steps():
        act = step.act
        if not isinstance(act, DropConstraint) or _is_replaced(step, act):
            continue
        kind = kind_of(sql.acts_before(step, act.table), act.table, name=act.name)
        if kind not in _LOST:
            continue
        words, severity = _LOST[kind]
        yield RULE.finding(
            f"`{act.name}` of `{act.table}` is dropped: {words}", step.place, anchor=step.anchor, severity=severity
        )


_LOST: Final = {
    ConstraintKind.PRIMARY_KEY: (
        "rows can come twice from then on, its index is gone for whoever searches by it, and replication may stop",
        Severity.HIGH,
    ),
    ConstraintKind.UNIQUE: (
        "rows can come twice from then on, and INSERT … ON CONFLICT that leans on it fails",
        Severity.HIGH,
    ),
    ConstraintKind.FOREIGN_KEY: (
        "rows can refer to what is not there, and are left behind when it goes",
        Severity.MEDIUM,
    ),
}


def _is_replaced(step: Step, act: DropConstraint) -> bool:
    """Whether the script adds a key of that name again, or drops the table as well."""
    for each in step.migration.steps:
        if each.act.table != act.table or each.order < step.order:
            continue
        if isinstance(each.act, DropTable):
            return True
        if isinstance(each.act, AddConstraint) and (act.name in (each.act.constraint.name, "primary key")):
            return True
    return False
