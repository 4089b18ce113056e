"""A migration waits for a lock without end."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Act, CreateTable
from weighbridge.landscape.sql.causes import cause_of
from weighbridge.landscape.sql.column_types import keys_of
from weighbridge.landscape.sql.names import is_one
from weighbridge.landscape.sql.postgres import Extent, Held, Level, locks_of
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import taken_for

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=(
        "sql",
        "input:table-sizes",
    ),
    tags=(
        "sql",
        "lock",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each script, at its first statement that locks a table for a moment against reads or writes.

    What holds its lock for long is another rule's: a limit to what it waits would be little help.
    """
    sql = case[SqlChange]
    for migration in sql.migrations:
        if migration.dialect is not Dialect.POSTGRES or not migration.is_migration:
            continue
        for step in migration.steps:
            if not step.is_added or sql.is_new(step) or step.parameters.get("lock_timeout", "0") not in _NONE:
                continue
            locks = [lock for lock in _held(step.act) if lock.level.blocks and lock.table]
            held = locks[0] if locks and not any(lock.extent.is_long for lock in locks) else None
            if held is None or sql.is_made_before(step, held.table):
                continue
            size = sql.sizes.of(held.table)
            is_pressing = size.is_busy or size.is_large
            most = Severity.MEDIUM if isinstance(step.act, CreateTable) else Severity.HIGH
            more = f"; it has {size.words}" if is_pressing else ""
            yield RULE.finding(
                f"`{held.table}` is locked against {held.level.blocks}: the lock waits for every transaction that uses the table,"
                f" and whatever comes later queues behind it, as no lock_timeout ends that{more}{taken_for(step)}",
                step.place,
                anchor=f"{migration.path}",
                severity=most if is_pressing else Severity.LOW,
                causes=cause_of(step, held),
            )
            break
    yield from sql.sizes.missing


def _held(act: Act) -> Iterator[Held]:
    """What a statement locks; a new table's foreign key keeps out who writes the table that it leads to."""
    yield from locks_of(act)
    for key in keys_of(act) if isinstance(act, CreateTable) else ():
        if key.reference is not None and not is_one(key.reference.table, act.table):
            yield Held(table=key.reference.table, level=Level.SHARE_ROW_EXCLUSIVE, extent=Extent.MOMENT)


_NONE: Final = ("0", "0s", "0ms", "default")
