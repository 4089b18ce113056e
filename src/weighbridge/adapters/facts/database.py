"""One SQLite file that many processes share: opened carefully, replaced when it is corrupt or of another age."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

T = TypeVar("T")

SCHEMA_VERSION: Final = 1
BUSY_SECONDS: Final = 20.0

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS blob (
    key BLOB PRIMARY KEY, payload BLOB NOT NULL, day INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS segment (
    number INTEGER PRIMARY KEY, scope TEXT NOT NULL, members BLOB NOT NULL, keys BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS segment_scope ON segment (scope);
CREATE TABLE IF NOT EXISTS posting (
    term TEXT NOT NULL, segment INTEGER NOT NULL, members BLOB NOT NULL, PRIMARY KEY (term, segment)
) WITHOUT ROWID;
"""


class CacheUnusableError(Exception):
    """The cache cannot be written; work goes on without it."""


class Database:
    """A connection to the cache file; every use of it heals a corrupt file once by starting a new one.

    A file written by a newer version is left alone: that version's cache is not ours to destroy, so this one keeps
    its own beside it, named by schema version.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"facts-{SCHEMA_VERSION}.sqlite"
        self._connection: sqlite3.Connection | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def use(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of `work`, retried once on a fresh file when this one proves corrupt.

        Raises:
            CacheUnusableError: the file cannot be opened or written (permissions, a full disk, a lock held too long).
        """
        try:
            return work(self._open())
        except sqlite3.DatabaseError as error:
            if not _is_corruption(error):
                raise CacheUnusableError(f"{self._path}: {error}") from error
        self._start_afresh()
        try:
            return work(self._open())
        except sqlite3.DatabaseError as error:
            raise CacheUnusableError(f"{self._path}: {error}") from error

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            except OSError as error:
                raise CacheUnusableError(f"{self._path.parent}: {error.strerror}") from error
            connection = sqlite3.connect(
                self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
                connection.execute("PRAGMA cache_size=-16000")
                connection.executescript(_SCHEMA)
            except sqlite3.DatabaseError:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _start_afresh(self) -> None:
        self.close()
        for ending in ("", "-wal", "-shm"):
            with suppress(OSError):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)


def _is_corruption(error: sqlite3.DatabaseError) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return "malformed" in str(error) or "no such table" in str(error) or "no such column" in str(error)
    return "malformed" in str(error) or "not a database" in str(error) or "corrupt" in str(error)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing: writes inside are kept together, or not at all when an exception leaves."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
