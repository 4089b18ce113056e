"""One SQLite file that many processes share: opened carefully, put away whole and begun anew when it is damaged."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar
from uuid import uuid4

T = TypeVar("T")

SCHEMA_VERSION: Final = 2
BUSY_SECONDS: Final = 20.0
TRIES_TO_OPEN: Final = 40

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS blob (
    key BLOB PRIMARY KEY, payload BLOB NOT NULL, day INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS segment (
    number INTEGER PRIMARY KEY, scope TEXT NOT NULL, members BLOB NOT NULL, keys BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS segment_scope ON segment (scope);
CREATE TABLE IF NOT EXISTS posting (
    segment INTEGER NOT NULL, term TEXT NOT NULL, members BLOB NOT NULL, PRIMARY KEY (segment, term)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS known (
    scope TEXT NOT NULL, what TEXT NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (scope, what)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS last_day (
    what TEXT PRIMARY KEY, day INTEGER NOT NULL
) WITHOUT ROWID;
"""

_BROKEN: Final = (sqlite3.Error, UnicodeError)
"""What reading a broken file raises: its bytes stand in messages too, and those are decoded."""

_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_SCHEMA})
_DAMAGED_IN_FULL: Final = frozenset({sqlite3.SQLITE_IOERR_SHORT_READ})
_FOREIGN_SHAPE: Final = ("no such table", "no such column", "has no column", "could not decode to utf-8")
_UNDER_WAY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})


class CacheUnusableError(Exception):
    """The cache cannot be written; work goes on without it."""


class DamagedCacheError(Exception):
    """What the file holds is not what was written there."""


class Database:
    """A connection to the cache file; a damaged file is put away once, and a new one begun.

    File and log lie in a folder of their own, so that both are put away in one step: a log beside a file that is not
    its own would damage the next one. A newer version's cache is not ours to destroy: each schema has its own folder.
    `generation` counts how often the file became another one, so that nobody relies on what only the old one held.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / f"facts-{SCHEMA_VERSION}"
        self._connection: sqlite3.Connection | None = None
        self._opened: os.stat_result | None = None
        self._renewals = 0
        self.generation = 0

    @property
    def path(self) -> Path:
        """The file."""
        return self._folder / "facts.sqlite"

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self._connection is not None

    def use(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of `work`, tried again on another file when this one proves damaged or is no longer there.

        Raises:
            CacheUnusableError: the file cannot be opened or written (permissions, a full disk, a lock held too long).
        """
        while True:
            try:
                return work(self._open())
            except (*_BROKEN, DamagedCacheError) as error:
                is_gone = self._is_another()
                if self._renewals > 1 or not (is_gone or _is_damage(error)):
                    raise CacheUnusableError(f"{self.path}: {error}") from error
                self._renew(put_away=not is_gone)

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            except OSError as error:
                raise CacheUnusableError(f"{self._folder}: {error.strerror}") from error
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            try:
                _prepare(connection, self.path)
            except (*_BROKEN, DamagedCacheError):
                connection.close()
                raise
            self._connection = connection
            self._opened = _stat(self.path)
        return self._connection

    def _is_another(self) -> bool:
        """Whether the file that is open is no longer the one at its place: somebody put it away or deleted it."""
        if self._connection is None or self._opened is None:
            return False
        now = _stat(self.path)
        return now is None or not os.path.samestat(now, self._opened)

    def _renew(self, *, put_away: bool) -> None:
        self.close()
        self._renewals += 1
        self.generation += 1
        if not put_away:
            return
        away = self._folder.with_name(f"{self._folder.name}-damaged-{uuid4().hex}")
        try:
            self._folder.rename(away)
        except OSError as error:
            raise CacheUnusableError(f"{self._folder}: damaged, and cannot be put away: {error.strerror}") from error
        shutil.rmtree(away, ignore_errors=True)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA auto_vacuum=INCREMENTAL")  # heeded by a new file only
    _switch_to_log(connection)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA cache_size=-16000")
    connection.executescript(_SCHEMA)
    if path.stat().st_size % connection.execute("PRAGMA page_size").fetchone()[0]:
        raise DamagedCacheError("the file ends in the middle of a page")


def _switch_to_log(connection: sqlite3.Connection) -> None:
    """Write ahead: the one switch that does not wait for others who open a new file at the same time."""
    for _ in range(TRIES_TO_OPEN):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _UNDER_WAY:
                raise
            time.sleep(0.05)
        else:
            return


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _is_damage(error: Exception) -> bool:
    if isinstance(error, (DamagedCacheError, sqlite3.IntegrityError, sqlite3.DataError, UnicodeError)):
        return True
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and (code & 0xFF in _DAMAGED or code in _DAMAGED_IN_FULL):
        return True
    return any(words in str(error).lower() for words in _FOREIGN_SHAPE)


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
