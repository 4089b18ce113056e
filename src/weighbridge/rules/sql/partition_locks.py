"""A migration attaches or detaches a partition while others wait."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import (
    AddConstraint,
    AlterOther,
    ConstraintKind,
    DropConstraint,
    Partition,
    ValidateConstraint,
)
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.postgres import Extent, Held, Level
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import told

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "lock",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each partition that is searched, or is detached at once."""
    sql = case[SqlChange]
    for step in sql.steps(Dialect.POSTGRES):
        act = step.act
        if isinstance(act, AlterOther) and (heir := _HEIR.match(act.what)) is not None:
            parent, is_gone = heir["parent"], heir["no"] is not None
            met = f"gets no row of `{act.table}` any more" if is_gone else f"gets the rows of `{act.table}` as well"
            yield RULE.finding(f"whoever asks `{parent}` {met} from then on", step.place, anchor=step.anchor)
        if not isinstance(act, Partition) or act.is_concurrent:
            continue
        if not act.is_attached:
            held = told(sql, step, held=Held(table=act.table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.MOMENT))
            yield RULE.finding(held.words, step.place, anchor=step.anchor, severity=held.severity, causes=held.causes)
        elif not sql.is_made_before(step, act.name) and not _has_check(sql, step, table=act.name):
            held = told(sql, step, held=Held(table=act.name, level=Level.ACCESS_EXCLUSIVE, extent=Extent.SCAN))
            yield RULE.finding(
                f"no valid check says that `{act.name}` holds nothing else: {held.words}",
                step.place,
                anchor=step.anchor,
                severity=held.severity,
                causes=held.causes,
            )


_HEIR: Final = LatePattern(r"(?P<no>no )?inherit (?P<parent>\S+)")


def _has_check(sql: SqlChange, step: Step, *, table: str) -> bool:
    """Whether a valid check of the partition is known, which spares the search if it says what the bounds do."""
    valid: dict[str, bool] = {}
    for act in sql.acts_before(step, table):
        if isinstance(act, AddConstraint) and act.constraint.kind is ConstraintKind.CHECK:
            valid[act.constraint.name] = not act.constraint.is_not_valid
        elif isinstance(act, ValidateConstraint) and act.name in valid:
            valid[act.name] = True
        elif isinstance(act, DropConstraint):
            valid.pop(act.name, None)
    return any(valid.values())
