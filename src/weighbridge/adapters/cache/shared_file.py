"""An SQLite file of what can be found out again: many processes share it, it mends itself, and it never stops anybody."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")


class SharedFile:
    """The tables of `schema` in one file.

    A file that is no such database, or whose rows cannot be read as what they should be, is put away and begun anew.
    Where that fails too (no room, no right, locked for long), nothing is kept and nothing is known.
    """

    __slots__ = ("_path", "_schema")

    def __init__(self, path: Path, schema: str) -> None:
        self._path = path
        self._schema = schema

    def attempt(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
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
            connection.executescript(self._schema)
            with connection:
                yield connection

    def _put_away(self) -> None:
        for ending in ("", "-wal", "-shm"):
            with suppress(OSError):
                Path(f"{self._path}{ending}").unlink()
