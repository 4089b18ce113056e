"""Records and postings of one repository in the cache file; the cache is a help and never a condition."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

from weighbridge.adapters.facts.database import CacheUnusableError, DamagedCacheError, Database, transaction
from weighbridge.adapters.facts.housekeeping import CacheLimits, keep_house, mark_used, see_scope
from weighbridge.adapters.facts.postings import add_segment, blobs_with, merge_segments, read_indexed
from weighbridge.adapters.facts.records import LASTING, DamagedRecordError, open_record
from weighbridge.adapters.facts.shelf import Shelf, split_terms
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.terms import TERMS_VERSION

T = TypeVar("T")

AT_ONCE: Final = 500
"""Keys in one query: below every SQLite build's limit on parameters."""

FRESH_DAYS: Final = 7
"""The day of last use is written anew only when it is older than this, so that reading hardly ever writes."""


def today() -> int:
    """The current day in UTC as a number."""
    return datetime.now(UTC).toordinal()


class FactStore:
    """What is stored for one scope. When the file cannot be used, `trouble` says why and this process keeps all itself.

    `epoch` changes when what was indexed before may no longer be found by term: whoever indexed it must look again.
    """

    def __init__(
        self, database: Database, scope: str, *, day: Callable[[], int] = today, limits: CacheLimits | None = None
    ) -> None:
        self.trouble = ""
        self.epoch = 0
        self._database = database
        self._scope = f"{scope}/{TERMS_VERSION}"
        self._today = day()
        self._limits = limits or CacheLimits()
        self._generation = database.generation
        self._shelf = Shelf()
        self._used: set[bytes] = set()
        self._indexed: dict[int, bytes] = {}
        self._indexed = self._try(self._begin, {})

    @property
    def indexed_keys(self) -> Iterable[bytes]:
        """The record keys that terms lead to."""
        return self._shelf.indexed_keys if self.trouble else self._indexed.values()

    def recall(self, keys: Sequence[bytes]) -> Mapping[bytes, FileFacts | CouldNotLook]:
        """The records that are stored under `keys`; a damaged one counts as absent and is written anew."""
        found: dict[bytes, FileFacts | CouldNotLook] = {}
        for start in range(0, len(keys), AT_ONCE):
            part = keys[start : start + AT_ONCE]
            rows: list[tuple[bytes, bytes, int]] = self._try(_recall(part), [])
            rows += ((key, record, self._today) for key, record in self._shelf.recall(part).items())
            for key, record, day in rows:
                opened = self._opened(record, day)
                if opened is not None:
                    found[key] = opened
                    if day < self._today - FRESH_DAYS:
                        self._used.add(key)
        return found

    def save(self, records: Mapping[bytes, bytes]) -> None:
        """Keep records under their keys."""
        rows = [(key, record, self._today) for key, record in records.items()]

        def work(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                connection.executemany("INSERT OR REPLACE INTO blob (key, payload, day) VALUES (?, ?, ?)", rows)

        if rows:
            self._try(work, None)
        if self.trouble:
            self._shelf.save(records)

    def save_terms(self, terms: Mapping[bytes, str]) -> None:
        """Make the blobs with these keys findable by their terms, separated by newlines, as one more segment."""

        def work(connection: sqlite3.Connection) -> dict[int, bytes]:
            with transaction(connection):
                latest = read_indexed(connection, self._scope)
                known = set(latest.values())
                first = max(latest, default=-1) + 1
                members = dict(enumerate((key for key in terms if key not in known), start=first))
                if members:
                    add_segment(connection, self._scope, members=members, terms=_inverted(members, terms))
            merge_segments(connection, self._scope)
            return latest | members

        if terms:
            self._indexed = self._try(work, self._indexed)
        if self.trouble:
            self._shelf.save_terms(terms)

    def keys_with(self, term: str) -> frozenset[bytes]:
        """The keys of the indexed blobs that hold `term`."""
        numbers = self._try(lambda c: blobs_with(c, self._scope, term=term), array("I"))
        if self.trouble:
            return self._shelf.keys_with(term)
        return frozenset(filter(None, map(self._indexed.get, numbers)))

    def known(self, what: str) -> bytes | None:
        """What `keep` was given last under this name, by any process."""

        def work(connection: sqlite3.Connection) -> bytes | None:
            query = "SELECT payload FROM known WHERE scope = ? AND what = ?"
            found = connection.execute(query, (self._scope, what)).fetchone()
            return found[0] if found and isinstance(found[0], bytes) else None

        return self._try(work, None)

    def keep(self, what: str, payload: bytes) -> None:
        """Keep what is known of the repository in place of what was; it goes when the terms of this scope go."""

        def work(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                connection.execute("INSERT OR REPLACE INTO known VALUES (?, ?, ?)", (self._scope, what, payload))

        self._try(work, None)

    def close(self) -> None:
        """Note what was used, keep the file within its bounds, and let go of it."""
        if not self.trouble and self._database.is_open:
            self._try(lambda c: mark_used(c, self._used, today=self._today), None)
            self._try(lambda c: keep_house(c, today=self._today, limits=self._limits), None)
        self._database.close()

    def _opened(self, record: bytes, day: int) -> FileFacts | CouldNotLook | None:
        """What a record holds; None when it is damaged, or says of another day that a limit was met."""
        try:
            found = open_record(record)
        except DamagedRecordError:
            return None
        is_passing = isinstance(found, CouldNotLook) and found.reason not in LASTING
        return None if is_passing and day != self._today else found

    def _begin(self, connection: sqlite3.Connection) -> dict[int, bytes]:
        see_scope(connection, self._scope, today=self._today)
        return read_indexed(connection, self._scope)

    def _try(self, work: Callable[[sqlite3.Connection], T], fallback: T) -> T:
        if self.trouble:
            return fallback
        try:
            found = self._database.use(work)
            if self._generation != self._database.generation:
                self._generation = self._database.generation
                self.epoch += 1
                self._indexed = self._database.use(self._begin)
        except CacheUnusableError as error:
            self.trouble = str(error)
            self.epoch += 1
            return fallback
        return found


def _recall(keys: Sequence[bytes]) -> Callable[[sqlite3.Connection], list[tuple[bytes, bytes, int]]]:
    marks = ",".join("?" * len(keys))
    query = f"SELECT key, payload, day FROM blob WHERE key IN ({marks})"  # noqa: S608 - only question marks are put in

    def work(connection: sqlite3.Connection) -> list[tuple[bytes, bytes, int]]:
        rows = connection.execute(query, keys).fetchall()
        if not all(isinstance(record, bytes) and isinstance(day, int) for _, record, day in rows):
            raise DamagedCacheError("a record has another form than was written")
        return rows

    return work


def _inverted(members: Mapping[int, bytes], terms: Mapping[bytes, str]) -> dict[str, array[int]]:
    found: dict[str, array[int]] = {}
    for number, key in members.items():
        for term in split_terms(terms[key]):
            numbers = found.get(term)
            if numbers is None:
                numbers = found[term] = array("I")
            numbers.append(number)
    return found
