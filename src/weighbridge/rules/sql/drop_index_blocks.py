"""A migration drops an index while nobody may use the table."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import (
    Act,
    AddConstraint,
    ChangeType,
    ConstraintKind,
    CreateIndex,
    DropColumn,
    DropIndex,
    SetNotNull,
)
from weighbridge.landscape.sql.by_table import by_script
from weighbridge.landscape.sql.causes import cause_of
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.postgres import Extent, Held, Level, locks_of
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.unique_lost import has_other_unique, loses_uniqueness
from weighbridge.landscape.sql.weights import weighed

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "lock",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each index that the script did not make itself; for those of one table in one transaction, one; many of one script are one.

    None where what else is done to the table in that transaction holds the same lock for longer, and is told of.
    """
    return by_script(_each(case), things="indexes")


def _each(case: Case) -> Iterator[Finding]:
    sql = case[SqlChange]
    told: set[tuple[str, int, str]] = set()
    for step in sql.steps(Dialect.POSTGRES):
        act = step.act
        if isinstance(act, DropIndex) and not act.is_concurrent and act.name not in _made(step):
            table = act.table or sql.table_of_index(act.name)
            if not act.table and sql.is_made_before(step, table):
                continue
            if step.is_uncommitted and table:
                key = (step.migration.path, step.transaction, last_part(table))
                if key in told:
                    continue
                told.add(key)
                if _is_told_beside(step, table):
                    continue
            of = f"`{table}`" if table else "its table"
            is_told = loses_uniqueness(sql, step, act=act) and not has_other_unique(step, table)
            most = Severity.MEDIUM if is_told else Severity.HIGH  # what is lost with it is graver, and stops it already
            yield RULE.finding(
                f"dropping `{act.name}` locks {of} against reads and writes: the lock waits for the queries that run on it, and"
                " everything later queues behind it",
                step.place,
                anchor=step.anchor,
                severity=weighed(sql, table, most=most) if table else most,
                causes=cause_of(step, Held(table=table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.MOMENT)),
            )


def _is_told_beside(step: Step, table: str) -> bool:
    """Whether another rule tells of the table's lock: an index or a key that is built meanwhile, rows that are read, a column that goes."""
    return any(
        each.transaction == step.transaction
        and each.is_added
        and (
            isinstance(each.act, DropColumn)
            or (_is_long(each.act) if each.order > step.order else _locks_whole(each.act, table))
        )
        for each in step.migration.on(table, CreateIndex, AddConstraint, DropColumn, ChangeType, SetNotNull)
    )


def _is_long(act: Act) -> bool:
    """Whether an act takes the longer the more rows there are, by a rule that tells of what locked the table before."""
    match act:
        case CreateIndex():
            return not act.is_concurrent and not act.is_only
        case AddConstraint(constraint=found):
            return not found.index and not found.is_not_valid and found.kind is not ConstraintKind.NOT_NULL
    return False


def _locks_whole(act: Act, table: str) -> bool:
    """Whether an act before keeps everybody from the table as long as the drop would, and longer."""
    return any(
        lock.table == table and lock.level is Level.ACCESS_EXCLUSIVE and lock.extent.is_long for lock in locks_of(act)
    )


def _made(step: Step) -> set[str]:
    return {
        each.act.name
        for each in step.migration.doing(CreateIndex)
        if isinstance(each.act, CreateIndex) and each.order < step.order
    }
