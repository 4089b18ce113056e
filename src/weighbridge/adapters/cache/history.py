"""The kept history of changes: one SQLite file that many processes share and that mends itself."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from weighbridge.adapters.cache.shared_file import SharedFile
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


class SqliteHistoryCache:
    """Keeps at most 20,000 changes of each repository in `folder`.

    Nothing here ever stops a review: what is not kept, or can be read no more, is read from git again.
    """

    __slots__ = ("_file",)

    def __init__(self, folder: Path) -> None:
        self._file = SharedFile(folder / f"history-v{VERSION}.sqlite3", _SCHEMA)

    def load(self, repository: str, oids: Sequence[ObjectId]) -> Mapping[ObjectId, PastChange]:
        """What is kept of these commits."""
        wanted = frozenset(oids)

        def read(connection: sqlite3.Connection) -> dict[ObjectId, PastChange]:
            rows = connection.execute("select oid, change from past where repository = ?", (repository,))
            return {ObjectId(oid): _decode(change) for oid, change in rows if oid in wanted}

        return self._file.attempt(read) or {}

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
            self._file.attempt(write)
