"""Records and postings of one repository in the cache file; the cache is a help and never a condition."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

from weighbridge.adapters.facts.database import CacheUnusableError, Database, transaction
from weighbridge.adapters.facts.postings import Indexed, add_segment, blobs_with, merge_segments, read_indexed
from weighbridge.adapters.facts.records import DamagedRecordError, open_record
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.facts.model import FileFacts

T = TypeVar("T")

AT_ONCE: Final = 500
"""Keys in one query: below every SQLite build's limit on parameters."""


class FactStore:
    """What is stored for one scope. When the file cannot be used, `trouble` says why and everything looks empty."""

    def __init__(self, database: Database, scope: str) -> None:
        self.trouble = ""
        self._database = database
        self._scope = scope
        self._indexed = self._try(lambda c: read_indexed(c, scope), Indexed())

    @property
    def indexed_keys(self) -> Iterable[bytes]:
        """The record keys that terms lead to."""
        return self._indexed.keys.values()

    def recall(self, keys: Sequence[bytes]) -> Mapping[bytes, FileFacts | CouldNotLook]:
        """The records that are stored under `keys`; a damaged one counts as absent and is written anew."""
        found: dict[bytes, FileFacts | CouldNotLook] = {}
        for start in range(0, len(keys), AT_ONCE):
            rows: list[tuple[bytes, bytes]] = self._try(_recall(keys[start : start + AT_ONCE]), [])
            for key, payload in rows:
                try:
                    found[key] = open_record(payload)
                except DamagedRecordError:
                    continue
        return found

    def save(self, records: Mapping[bytes, bytes]) -> None:
        """Keep records under their keys."""
        today = datetime.now(UTC).toordinal() if records else 0
        rows = [(key, record, today) for key, record in records.items()]

        def work(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                connection.executemany("INSERT OR REPLACE INTO blob (key, payload, day) VALUES (?, ?, ?)", rows)

        self._try(work, None)

    def save_terms(self, terms: Mapping[bytes, Iterable[str]]) -> None:
        """Make the blobs with these keys findable by their terms, as one more segment."""

        def work(connection: sqlite3.Connection) -> Indexed:
            with transaction(connection):
                latest = read_indexed(connection, self._scope)
                known = set(latest.keys.values())
                members = dict(enumerate((key for key in terms if key not in known), start=len(latest.keys)))
                if members:
                    add_segment(connection, self._scope, members=members, terms=_inverted(members, terms))
            merge_segments(connection, self._scope)
            return read_indexed(connection, self._scope)

        self._indexed = self._try(work, self._indexed)

    def keys_with(self, term: str) -> frozenset[bytes]:
        """The keys of the indexed blobs that hold `term`."""
        segments = self._indexed.segments
        numbers = self._try(lambda c: blobs_with(c, segments, term=term), array("I"))
        return frozenset(self._indexed.keys[n] for n in numbers if n in self._indexed.keys)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _try(self, work: Callable[[sqlite3.Connection], T], fallback: T) -> T:
        if self.trouble:
            return fallback
        try:
            return self._database.use(work)
        except CacheUnusableError as error:
            self.trouble = str(error)
            return fallback


def _recall(keys: Sequence[bytes]) -> Callable[[sqlite3.Connection], list[tuple[bytes, bytes]]]:
    marks = ",".join("?" * len(keys))
    query = f"SELECT key, payload FROM blob WHERE key IN ({marks})"  # noqa: S608 - only question marks are put in
    return lambda connection: connection.execute(query, keys).fetchall()


def _inverted(members: Mapping[int, bytes], terms: Mapping[bytes, Iterable[str]]) -> dict[str, array[int]]:
    found: dict[str, array[int]] = {}
    for number, key in members.items():
        for term in terms[key]:
            numbers = found.get(term)
            if numbers is None:
                numbers = found[term] = array("I")
            numbers.append(number)
    return found
