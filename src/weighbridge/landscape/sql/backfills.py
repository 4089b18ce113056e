"""Which statements of a migration write rows while the transaction they are done in keeps their table locked."""

from collections.abc import Iterator

from weighbridge.facts.sql.acts import Act, Delete, Update
from weighbridge.landscape.sql.migrations import Migration, Step
from weighbridge.landscape.sql.postgres import Level, locks_of


def backfills(migration: Migration) -> Iterator[tuple[Step, int]]:
    """The newly written of them, each with the line of the statement that took the lock before it."""
    held: dict[tuple[int, str], int] = {}
    for step in migration.steps:
        act = step.act
        if step.transaction < 0:
            continue
        line = held.get((step.transaction, act.table))
        if line is not None and isinstance(act, Update | Delete) and step.is_added:
            yield step, line
        for lock in locks_of(act):
            if lock.level is Level.ACCESS_EXCLUSIVE:
                held.setdefault((step.transaction, lock.table), act.line)


def surely_locked(migration: Migration) -> frozenset[tuple[int, Act]]:
    """What surely is such a statement, by its number and its act."""
    return frozenset((step.order, step.act) for step, _ in backfills(migration) if step.is_uncommitted)
