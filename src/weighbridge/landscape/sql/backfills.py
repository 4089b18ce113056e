"""Which statements of a migration write rows while the transaction they are done in keeps their table locked."""

from collections.abc import Iterator

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import Dialect
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


class Locked:
    """Answers whether `sql/backfill-with-schema` tells of a statement; each script is gone through once."""

    def __init__(self) -> None:
        self._by_script: dict[RepoPath, frozenset[tuple[int, Act]]] = {}

    def tells(self, step: Step) -> bool:
        """Whether a change of rows surely is done while its table is locked as a whole."""
        migration = step.migration
        if migration.dialect is not Dialect.POSTGRES:
            return False
        if migration.path not in self._by_script:
            found = ((each.order, each.act) for each, _ in backfills(migration) if each.is_uncommitted)
            self._by_script[migration.path] = frozenset(found)
        return (step.order, step.act) in self._by_script[migration.path]
