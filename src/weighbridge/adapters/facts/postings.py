"""Which indexed blobs hold a term: an inverted index in append-only segments, one more for each batch of new blobs.

Because facts belong to a blob and not to a path, a posting once written stays true; advancing the index by a tree's
difference is adding one small segment for the blobs that were never seen. Many small segments are merged into one.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from weighbridge.adapters.facts.database import transaction
from weighbridge.adapters.facts.records import KEY_BYTES

MOST_SEGMENTS: Final = 24


@dataclass(slots=True)
class Indexed:
    """The blobs indexed for one scope: each number's record key, and the segments that hold their postings."""

    keys: dict[int, bytes] = field(default_factory=dict)
    segments: list[int] = field(default_factory=list)


def read_indexed(connection: sqlite3.Connection, scope: str) -> Indexed:
    """What is indexed for `scope`."""
    found = Indexed()
    rows = connection.execute("SELECT number, members, keys FROM segment WHERE scope = ?", (scope,))
    for number, members, keys in rows:
        found.segments.append(number)
        found.keys.update(zip(array("I", members), _keys(keys), strict=True))
    return found


def add_segment(
    connection: sqlite3.Connection, scope: str, *, members: Mapping[int, bytes], terms: Mapping[str, array[int]]
) -> None:
    """Add the postings of indexed blobs, by number. Call inside a transaction."""
    cursor = connection.execute(
        "INSERT INTO segment (scope, members, keys) VALUES (?, ?, ?)",
        (scope, array("I", members).tobytes(), b"".join(members.values())),
    )
    connection.executemany(
        "INSERT INTO posting (term, segment, members) VALUES (?, ?, ?)",
        ((term, cursor.lastrowid, terms[term].tobytes()) for term in sorted(terms)),
    )


def blobs_with(connection: sqlite3.Connection, segments: Iterable[int], *, term: str) -> array[int]:
    """The numbers of the blobs in `segments` that hold `term`."""
    wanted = set(segments)
    found = array("I")
    for segment, members in connection.execute("SELECT segment, members FROM posting WHERE term = ?", (term,)):
        if segment in wanted:
            found.frombytes(members)
    return found


def merge_segments(connection: sqlite3.Connection, scope: str) -> None:
    """Make one segment of a scope's many, once there are more than `MOST_SEGMENTS`."""
    with transaction(connection):
        indexed = read_indexed(connection, scope)
        if len(indexed.segments) <= MOST_SEGMENTS:
            return
        marks = ",".join("?" * len(indexed.segments))
        terms: dict[str, array[int]] = {}
        query = f"SELECT term, members FROM posting WHERE segment IN ({marks})"  # noqa: S608 - only question marks are put in
        for term, members in connection.execute(query, indexed.segments):
            terms.setdefault(term, array("I")).frombytes(members)
        drop_segments(connection, indexed.segments)
        add_segment(connection, scope, members=indexed.keys, terms=terms)


def drop_segments(connection: sqlite3.Connection, segments: Iterable[int]) -> None:
    """Forget segments with their postings."""
    numbers = [(number,) for number in segments]
    wanted = {number for (number,) in numbers}
    rows = connection.execute("SELECT term, segment FROM posting")
    doomed = [(term, segment) for term, segment in rows if segment in wanted]
    connection.executemany("DELETE FROM posting WHERE term = ? AND segment = ?", doomed)
    connection.executemany("DELETE FROM segment WHERE number = ?", numbers)


def _keys(packed: bytes) -> list[bytes]:
    return [packed[i : i + KEY_BYTES] for i in range(0, len(packed), KEY_BYTES)]
