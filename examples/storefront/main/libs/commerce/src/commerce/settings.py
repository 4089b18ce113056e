"""Settings read from the environment, once, with the values production runs on as defaults."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """How to reach the database, and how many connections one process may hold.

    50 is what checkout needs at the evening peak: 40 workers, and 10 for jobs. See the incident of 28 November.
    """

    url: str
    pool_size: int = 50
    connect_timeout_seconds: float = 3.0
    statement_timeout_ms: int = 5_000


def database_settings() -> DatabaseSettings:
    """The settings this process was started with."""
    return DatabaseSettings(url=os.environ.get("DATABASE_URL", "postgresql:///storefront"))


def signing_key() -> str:
    """The key that session tokens are signed with.

    Raises:
        KeyError: the deployment has none; there is no default on purpose.
    """
    return os.environ["SESSION_SIGNING_KEY"]
