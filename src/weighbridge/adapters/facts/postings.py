"""Which indexed blobs hold a term: an inverted index in append-only segments, one more for each batch of new blobs.

Because facts belong to a blob and not to a path, a posting once written stays true; advancing the index by a tree's
difference is adding one small segment for the blobs that were never seen. Many small segments are merged into one.
A blob keeps its number for as long as its scope is kept, so that whoever read the numbers before others merged or
added segments still reads the postings right.
"""

from __future__ import annotations

import sqlite3
import zlib
from array import array
from collections.abc import Iterable, Mapping
from typing import Final

from weighbridge.adapters.facts.database import DamagedCacheError, transaction
from weighbridge.adapters.facts.records import KEY_BYTES

MOST_SEGMENTS: Final = 24
_CHECK_BYTES: Final = 4


def read_indexed(connection: sqlite3.Connection, scope: str) -> dict[int, bytes]:
    """The record key of every blob indexed for `scope`, by number.

    Raises:
        DamagedCacheError: a row is not what was written.
    """
    found: dict[int, bytes] = {}
    for members, keys in connection.execute("SELECT members, keys FROM segment WHERE scope = ?", (scope,)):
        numbers = _unpacked(members, keys)
        if len(keys) != KEY_BYTES * len(numbers):
            raise DamagedCacheError("a segment has not as many keys as members")
        found.update(zip(numbers, [keys[at : at + KEY_BYTES] for at in range(0, len(keys), KEY_BYTES)], strict=True))
    return found


def add_segment(
    connection: sqlite3.Connection, scope: str, *, members: Mapping[int, bytes], terms: Mapping[str, array[int]]
) -> None:
    """Add the postings of indexed blobs, by number. Call inside a transaction."""
    keys = b"".join(members.values())
    cursor = connection.execute(
        "INSERT INTO segment (scope, members, keys) VALUES (?, ?, ?)", (scope, _packed(array("I", members), keys), keys)
    )
    connection.executemany(
        "INSERT INTO posting (segment, term, members) VALUES (?, ?, ?)",
        ((cursor.lastrowid, term, _packed(terms[term], term.encode("utf-8"))) for term in sorted(terms)),
    )


def blobs_with(connection: sqlite3.Connection, scope: str, *, term: str) -> array[int]:
    """The numbers of the blobs of `scope` that hold `term`, as the segments stand now.

    Raises:
        DamagedCacheError: a row is not what was written.
    """
    found = array("I")
    rows = connection.execute(
        "SELECT members FROM posting WHERE segment IN (SELECT number FROM segment WHERE scope = ?) AND term = ?",
        (scope, term),
    )
    for (members,) in rows:
        found += _unpacked(members, term.encode("utf-8"))
    return found


def merge_segments(connection: sqlite3.Connection, scope: str) -> None:
    """Make one segment of the smaller half of a scope's, once there are more than `MOST_SEGMENTS`."""
    query = "SELECT number FROM segment WHERE scope = ? ORDER BY LENGTH(members), number"
    if len(connection.execute(query, (scope,)).fetchall()) <= MOST_SEGMENTS:
        return
    with transaction(connection):
        segments = [number for (number,) in connection.execute(query, (scope,))]
        smaller = segments[: len(segments) // 2 + 1] if len(segments) > MOST_SEGMENTS else []
        members: dict[int, bytes] = {}
        terms: dict[str, array[int]] = {}
        for segment in smaller:
            _take_out(connection, segment, members=members, terms=terms)
        if members:
            add_segment(connection, scope, members=members, terms=terms)


def drop_scope(connection: sqlite3.Connection, scope: str) -> None:
    """Forget all that is indexed for a scope."""
    for (segment,) in connection.execute("SELECT number FROM segment WHERE scope = ?", (scope,)).fetchall():
        _drop_segment(connection, segment)
    connection.execute("DELETE FROM known WHERE scope = ?", (scope,))


def _take_out(
    connection: sqlite3.Connection, segment: int, *, members: dict[int, bytes], terms: dict[str, array[int]]
) -> None:
    """Move a segment out of the file into `members` and `terms`."""
    for packed, keys in connection.execute("SELECT members, keys FROM segment WHERE number = ?", (segment,)):
        numbers = _unpacked(packed, keys)
        members.update((n, keys[i * KEY_BYTES : (i + 1) * KEY_BYTES]) for i, n in enumerate(numbers))
    for term, packed in connection.execute("SELECT term, members FROM posting WHERE segment = ?", (segment,)):
        terms.setdefault(term, array("I")).extend(_unpacked(packed, term.encode("utf-8")))
    _drop_segment(connection, segment)


def _drop_segment(connection: sqlite3.Connection, segment: int) -> None:
    connection.execute("DELETE FROM posting WHERE segment = ?", (segment,))
    connection.execute("DELETE FROM segment WHERE number = ?", (segment,))


def _packed(numbers: Iterable[int], bound_to: bytes) -> bytes:
    """Numbers with a checksum over them and over what they belong to, for SQLite notices no changed byte."""
    data = (numbers if isinstance(numbers, array) else array("I", numbers)).tobytes()
    return zlib.crc32(bound_to, zlib.crc32(data)).to_bytes(_CHECK_BYTES, "little") + data


def _unpacked(packed: object, bound_to: object) -> array[int]:
    if not isinstance(packed, bytes) or not isinstance(bound_to, bytes) or len(packed) % 4:
        raise DamagedCacheError("a row of the index has another form than was written")
    check, data = packed[:_CHECK_BYTES], packed[_CHECK_BYTES:]
    if zlib.crc32(bound_to, zlib.crc32(data)).to_bytes(_CHECK_BYTES, "little") != check:
        raise DamagedCacheError("a row of the index has another checksum than was written")
    numbers = array("I")
    numbers.frombytes(data)
    return numbers
