"""The connection pool that every Python service shares the form of."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Protocol

from commerce.settings import DatabaseSettings, database_settings

Row = Mapping[str, Any]


class Connection(Protocol):
    """The part of a database connection that the services use."""

    def execute(self, query: str, parameters: Mapping[str, object] = ...) -> Any: ...


def pool_options(settings: DatabaseSettings) -> dict[str, object]:
    """What the pool is opened with; separate so that it can be tested without a database."""
    return {
        "conninfo": settings.url,
        "min_size": 5,
        "max_size": settings.pool_size,
        "timeout": settings.connect_timeout_seconds,
        "kwargs": {"options": f"-c statement_timeout={settings.statement_timeout_ms}"},
    }


@cache
def _pool() -> Any:
    from psycopg.rows import dict_row
    from psycopg_pool import ConnectionPool

    options = pool_options(database_settings())
    options["kwargs"] = {**options["kwargs"], "row_factory": dict_row}  # type: ignore[dict-item]
    return ConnectionPool(**options)


@contextmanager
def connection() -> Iterator[Connection]:
    """A connection of the pool, in a transaction that ends with the block."""
    with _pool().connection() as lent:
        yield lent


def fetch_all(lent: Connection, query: str, parameters: Mapping[str, object]) -> Sequence[Row]:
    """All rows of `query`; values go in by name, never into the text."""
    return list(lent.execute(query, parameters).fetchall())


def fetch_one(lent: Connection, query: str, parameters: Mapping[str, object]) -> Row | None:
    """The first row of `query`, if any."""
    return lent.execute(query, parameters).fetchone()
