"""A migration attaches or detaches a partition while others wait."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import (
    AddConstraint,
    AlterOther,
    ConstraintKind,
    CreateTable,
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
        if isinstance(act, Partition) and not act.is_concurrent:
            yield from _moved(sql, step, act=act)
    yield from _made(sql)


def _moved(sql: SqlChange, step: Step, *, act: Partition) -> Iterator[Finding]:
    """What is told of a partition that comes or goes."""
    if not act.is_attached:
        yield _found(sql, step, table=act.table, extent=Extent.MOMENT)
        return
    if not sql.is_made_before(step, act.name) and not _has_check(sql, step, table=act.name):
        why = f"no valid check says that `{act.name}` holds nothing else: "
        yield _found(sql, step, table=act.name, extent=Extent.SCAN, why=why)
    yield from _of_default(sql, step, parent=act.table, bounds=act.bounds, name=act.name)


def _made(sql: SqlChange) -> Iterator[Finding]:
    """What is told of partitions that are made as such."""
    for step in sql.all_steps(Dialect.POSTGRES):
        act = step.act
        if isinstance(act, CreateTable) and act.bounds and not sql.is_made_before(step, act.parent):
            yield from _of_default(sql, step, parent=act.parent, bounds=act.bounds, name=act.table)


def _of_default(sql: SqlChange, step: Step, *, parent: str, bounds: str, name: str) -> Iterator[Finding]:
    """What is told of the default partition that is searched for the rows of another."""
    from weighbridge.landscape.sql.partitions import default_of, spares_search  # noqa: PLC0415 - only where partitions come

    rest = default_of(sql, step, parent=parent)
    if rest and rest != name and not spares_search(sql, step, table=rest, parent=parent, bounds=bounds):
        why = f"the default partition `{rest}` is searched for rows of `{name}`, of which a single one ends the migration: "
        yield _found(sql, step, table=rest, extent=Extent.SCAN, why=why)


def _found(sql: SqlChange, step: Step, *, table: str, extent: Extent, why: str = "") -> Finding:
    held = told(sql, step, held=Held(table=table, level=Level.ACCESS_EXCLUSIVE, extent=extent))
    return RULE.finding(
        why + held.words,
        step.place,
        anchor=f"{step.anchor} {table}" if why.startswith("the default") else step.anchor,
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
