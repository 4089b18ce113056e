"""The kept history of changes: one SQLite file that many processes share and that mends itself."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from weighbridge.domain.ids import ObjectId
from weighbridge.risk.past import PastChange

VERSION: Final = 3
"""Raised with any change of what is kept; each version has a file of its own, so old and new run side by side."""

_MOST_KEPT: Final = 20_000
_SCHEMA: Final = """
create table if not exists past (
    number integer primary key,
    repository text not null,
    oid text not null,
    change blob not null,
    unique (repository, oid)
)
"""
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(PastChange).decode

T = TypeVar("T")


class SqliteHistoryCache:
    """Keeps at most 20,000 changes of each repository in `folder`.

    Nothing here ever stops a review: a file that cannot be read as a database is put away and begun anew, and where
    that fails too (no room, no right, locked for long) the history is read from git again.
    """

    __slots__ = ("_path",)

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"history-v{VERSION}.sqlite3"

    def load(self, repository: str, oids: Sequence[ObjectId]) -> Mapping[ObjectId, PastChange]:
        """What is kept of these commits."""
        wanted = frozenset(oids)

        def read(connection: sqlite3.Connection) -> dict[ObjectId, PastChange]:
            rows = connection.execute("select oid, change from past where repository = ?", (repository,))
            return {ObjectId(oid): _decode(change) for oid, change in rows if oid in wanted}

        return self._attempt(read) or {}

    def store(self, repository: str, changes: Mapping[ObjectId, PastChange]) -> None:
        """Keep these, and drop the ones kept longest where there are too many."""
        rows = [(repository, oid, _encode(change)) for oid, change in changes.items()]

        def write(connection: sqlite3.Connection) -> None:
            connection.executemany("insert or replace into past (repository, oid, change) values (?, ?, ?)", rows)
            connection.execute(
                "delete from past where repository = ? and number <= "
                "(select number from past where repository = ? order by number desc limit 1 offset ?)",
                (repository, repository, _MOST_KEPT),
            )

        if rows:
            self._attempt(write)

    def _attempt(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """What `work` gives, tried once more on a new file where this one is broken; None when it cannot be done."""
        for _ in range(2):
            try:
                with self._open() as connection:
                    return work(connection)
            except (sqlite3.OperationalError, OSError):
                return None
            except (sqlite3.DatabaseError, UnicodeError, msgspec.DecodeError, msgspec.ValidationError):
                self._put_away()
        return None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with closing(sqlite3.connect(self._path, timeout=5)) as connection:
            # The switch does not wait for others that open a new file at the same time; one of them makes it.
            with suppress(sqlite3.OperationalError):
                connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
            connection.execute(_SCHEMA)
            with connection:
                yield connection

    def _put_away(self) -> None:
        for ending in ("", "-wal", "-shm"):
            with suppress(OSError):
                Path(f"{self._path}{ending}").unlink()
