"""The cache keeps itself within bounds: once a day, what nobody used for longest goes first."""

import sqlite3
from collections.abc import Collection
from typing import Final

from msgspec import Struct

from weighbridge.adapters.facts.database import transaction
from weighbridge.adapters.facts.postings import drop_scope

_HOUSE: Final = "housekeeping"
_EMPTIED_TO: Final = 0.8
"""How full the file is left when it had to be emptied, so that the next day need not begin again."""
_HOLLOW: Final = 0.25
"""The part of the file that may be empty before the file is made smaller."""


class CacheLimits(Struct, frozen=True, kw_only=True):
    """How large the file may be, in bytes, and for how many days a repository nobody looked at keeps its index."""

    size: int = 2 << 30
    scope_days: int = 60


def see_scope(connection: sqlite3.Connection, scope: str, *, today: int) -> None:
    """Note that somebody works on the scope today: nobody drops it under them then."""
    if _day_of(connection, scope) != today:
        _set_day(connection, scope, day=today)


def mark_used(connection: sqlite3.Connection, keys: Collection[bytes], *, today: int) -> None:
    """Note that these records were used today."""
    if keys:
        with transaction(connection):
            connection.executemany("UPDATE blob SET day = ? WHERE key = ?", ((today, key) for key in keys))


def keep_house(connection: sqlite3.Connection, *, today: int, limits: CacheLimits) -> None:
    """Drop the index of repositories not seen for long and, where the file is too large, the records unused for longest."""
    if _day_of(connection, _HOUSE) == today:
        return
    _set_day(connection, _HOUSE, day=today)
    for stale in _scopes(connection, before=today - limits.scope_days):
        _forget(connection, stale)
    if size_of(connection) > limits.size:
        _empty(connection, today=today, most=int(limits.size * _EMPTIED_TO))
    pages, free = _pragma(connection, "page_count"), _pragma(connection, "freelist_count")
    if free > _HOLLOW * pages:
        connection.executescript("PRAGMA incremental_vacuum")  # `execute` would free one page and stop


def size_of(connection: sqlite3.Connection) -> int:
    """The bytes of the file that hold something."""
    pages = _pragma(connection, "page_count") - _pragma(connection, "freelist_count")
    return pages * _pragma(connection, "page_size")


def _empty(connection: sqlite3.Connection, *, today: int, most: int) -> None:
    """Records first, by day of last use; then other repositories' indexes. What was used today stays in any case."""
    surplus = size_of(connection) - most
    rows = connection.execute(
        "SELECT day, SUM(LENGTH(payload)) FROM blob WHERE day < ? GROUP BY day ORDER BY day", (today,)
    )
    last = 0
    for day, size in rows.fetchall():
        if surplus > 0:
            last, surplus = day, surplus - size
    with transaction(connection):
        connection.execute("DELETE FROM blob WHERE day <= ?", (last,))
    for other in _scopes(connection, before=today):
        if size_of(connection) <= most:
            return
        _forget(connection, other)


def _scopes(connection: sqlite3.Connection, *, before: int) -> list[str]:
    """The scopes last seen before a day, those not seen for longest first."""
    rows = connection.execute(
        "SELECT DISTINCT scope, day FROM segment JOIN last_day ON what = scope WHERE day < ? ORDER BY day, scope",
        (before,),
    )
    return [scope for scope, _ in rows.fetchall()]


def _forget(connection: sqlite3.Connection, scope: str) -> None:
    with transaction(connection):
        drop_scope(connection, scope)
        connection.execute("DELETE FROM last_day WHERE what = ?", (scope,))


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _day_of(connection: sqlite3.Connection, what: str) -> int:
    found = connection.execute("SELECT day FROM last_day WHERE what = ?", (what,)).fetchone()
    return int(found[0]) if found else 0


def _set_day(connection: sqlite3.Connection, what: str, *, day: int) -> None:
    connection.execute("INSERT OR REPLACE INTO last_day (what, day) VALUES (?, ?)", (what, day))
