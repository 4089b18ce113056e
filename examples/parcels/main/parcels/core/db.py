"""The database: one pool, and two ways to ask."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

POOL_SIZE = 40


@cache
def pool() -> Any:
    """The pool of this process."""
    from psycopg_pool import ConnectionPool

    return ConnectionPool(os.environ["DATABASE_URL"], min_size=4, max_size=POOL_SIZE)


def rows(query: str, values: Mapping[str, object]) -> list[Mapping[str, Any]]:
    """All rows of a query."""
    with pool().connection() as connection:
        return connection.execute(query, values).fetchall()


def run(query: str, values: Mapping[str, object]) -> int:
    """Run a statement; how many rows it touched."""
    with pool().connection() as connection:
        return connection.execute(query, values).rowcount
