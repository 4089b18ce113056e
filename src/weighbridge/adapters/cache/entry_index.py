"""Which entries of a ledger bear which marks, in one SQLite file of the user's cache that many processes share.

It keeps to the `EntryIndex` port, and nothing here ever stops anybody: where nothing can be kept or read, nothing is known.
"""

import hashlib
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from weighbridge.adapters.cache.shared_file import SharedFile
from weighbridge.app.find_entries import Covered
from weighbridge.ledger.marks import FORM

_SCHEMA: Final = """
create table if not exists bearing (
    mark integer not null, entry integer not null, primary key (mark, entry)
) without rowid;
create table if not exists kept (entry integer primary key, envelope blob not null);
create table if not exists covered (size integer primary key, root blob not null);
"""

_MOST_TOLD: Final = 64


class SqliteEntryIndex:
    """Of one ledger as one clone sees it."""

    def __init__(self, folder: Path, *, ledger: str) -> None:
        name = hashlib.sha256(ledger.encode("utf-8", "surrogateescape")).hexdigest()[:24]
        self._file = SharedFile(folder / "ledgers" / f"{name}-v{FORM}.sqlite3", _SCHEMA)

    def covered(self, size: int) -> Sequence[Covered]:
        """Trees of at most `size` entries that it was made under, the largest first: the newest of them."""

        def read(connection: sqlite3.Connection) -> list[Covered]:
            asked = "select size, root from covered where size <= ? order by size desc limit ?"
            return [Covered(size=size, root=root) for size, root in connection.execute(asked, (size, _MOST_TOLD))]

        return self._file.attempt(read) or ()

    def cut(self, size: int) -> None:
        """Forget the entries from `size` on."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("delete from covered where size > ?", (size,))
            connection.execute("delete from bearing where entry >= ?", (size,))
            connection.execute("delete from kept where entry >= ?", (size,))

        self._file.attempt(write)

    def add(
        self, entries: Mapping[int, Collection[str]], kept: Mapping[int, bytes], *, upto: Sequence[Covered]
    ) -> bool:
        """Keep the marks of these entries, which come next, and some of them whole; whether that was done."""
        rows = sorted((_short(mark), entry) for entry, marks in entries.items() for mark in marks)

        def write(connection: sqlite3.Connection) -> bool:
            connection.execute("begin immediate")
            (size,) = connection.execute("select coalesce(max(size), 0) from covered").fetchone()
            if size != min(entries):
                return False  # another process was faster, or cut it
            connection.executemany("insert or ignore into bearing values (?, ?)", rows)
            connection.executemany("insert or replace into kept values (?, ?)", kept.items())
            connection.executemany("insert into covered values (?, ?)", [(one.size, one.root) for one in upto])
            return True

        return self._file.attempt(write) or False

    def find(self, marks: Collection[str], *, under: Covered) -> Mapping[int, bytes | None] | None:
        """The entries below `under` that bear one of these, in order, with their bytes where they are kept whole.

        None where it cannot be told, or no longer holds for that tree.
        """

        def read(connection: sqlite3.Connection) -> dict[int, bytes | None] | None:
            connection.execute("begin")  # nobody cuts it between the two questions
            asked = "select 1 from covered where size = ? and root = ?"
            if connection.execute(asked, (under.size, under.root)).fetchone() is None:
                return None
            found: dict[int, bytes | None] = {}
            for mark in marks:
                asked = (
                    "select bearing.entry, kept.envelope from bearing left join kept on kept.entry = bearing.entry"
                    " where mark = ? and bearing.entry < ?"
                )
                found.update(connection.execute(asked, (_short(mark), under.size)))
            return dict(sorted(found.items()))

        return self._file.attempt(read)


def _short(mark: str) -> int:
    """A mark in 64 bits; two that share them find a few entries too many."""
    return int.from_bytes(hashlib.blake2b(mark.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)
