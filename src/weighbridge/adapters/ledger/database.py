"""Ledgers in a database: SQLite in one file, or PostgreSQL; nobody but who keeps one there pays for the import.

A file's row says from which generation of its ledger to which it holds, so that a reader sees the files of the checkpoint
it read; rows of the past go a few generations later, those of people at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from weighbridge.ledger.files import (
    CHECKPOINT,
    PERSONAL,
    LedgerFilesError,
    LedgerMovedError,
    LedgerPlaceError,
    moved,
    refuse_odd,
    refuse_odd_files,
)

VERSION: Final = 1
"""Of the tables below; raised with any change of them, with a step that leads there from the one before."""

_PAST: Final = 8
"""Generations whose files stay for readers that began with them."""

LARGEST: Final = 32 << 20
"""Bytes of one file that is read: 256 entries of the largest size, and room."""

_PATIENCE: Final = 30
"""Seconds for which a lock is waited for, and a server that is asked for a connection."""

_SLOWEST: Final = 4
"""So many times as long may a statement take."""

_MOVED: Final = frozenset({"40001", "40P01"})
"""What PostgreSQL calls a transaction that cannot be put into an order with the others."""

_TABLES: Final = sa.MetaData()
_VERSIONS: Final = sa.Table(
    "weighbridge_version",
    _TABLES,
    sa.Column("part", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
)
_LEDGERS: Final = sa.Table(
    "weighbridge_ledger",
    _TABLES,
    sa.Column("ledger", sa.String(400), primary_key=True),
    sa.Column("generation", sa.BigInteger, nullable=False),
)
_FILES: Final = sa.Table(
    "weighbridge_ledger_file",
    _TABLES,
    sa.Column("ledger", sa.String(400), primary_key=True),
    sa.Column("path", sa.String(1000), primary_key=True),
    sa.Column("born", sa.BigInteger, primary_key=True),
    sa.Column("gone", sa.BigInteger, index=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)


def open_database(address: str, *, patience: int = _PATIENCE) -> sa.Engine:
    """The database at an address, `sqlite:///path` or `postgresql://user@host/name`; dispose of it when done.

    Who else works there is waited for so many seconds: whoever holds a lock for ever must not keep a gate from answering.

    Raises:
        LedgerPlaceError: the address is none, or what speaks to such a database is not installed.
    """
    try:
        url = sa.make_url(address)
        if url.drivername in ("postgres", "postgresql"):
            url = url.set(drivername="postgresql+psycopg")
        if url.drivername not in ("sqlite", "postgresql+psycopg"):
            raise LedgerPlaceError(
                f"{_shown(url)}: a ledger is kept in sqlite:///… or postgresql://…, not in {url.drivername}"
            )
        if url.drivername == "sqlite":
            found = sa.create_engine(url, connect_args={"timeout": patience})
            event.listen(found, "connect", _be_careful)
            return found
        ours = {"connect_timeout": patience, "client_encoding": "UTF8"}  # bytes for text break what reads it
        arguments = {name: value for name, value in ours.items() if name not in url.query}
        found = sa.create_engine(url, connect_args=arguments, isolation_level="SERIALIZABLE", pool_pre_ping=True)
        event.listen(found, "connect", partial(_be_impatient, patience=patience))
        return found
    except (ArgumentError, NoSuchModuleError, ValueError) as problem:
        raise LedgerPlaceError(
            "the database's address is none: sqlite:///path or postgresql://user@host/name"
        ) from problem
    except ModuleNotFoundError as problem:
        raise LedgerPlaceError(f"{problem.name} is not installed: pip install 'weighbridge[database]'") from problem


class DatabaseFiles:
    """The files of one of the ledgers in a database; keeps to the `LedgerFiles` port."""

    def __init__(self, database: sa.Engine, *, ledger: str) -> None:
        self._database = database
        self._ledger = ledger
        self._generation: int | None = None
        self._is_there = False

    @property
    def place(self) -> str:
        """The database's address without its password, and which of its ledgers."""
        return f"{self._ledger} in {_shown(self._database.url)}"

    def read(self, path: str) -> bytes | None:
        """A file's bytes, None when there is none. Raises `LedgerFilesError`."""
        refuse_odd(path)
        if not self._may_exist():
            return None
        with self._told("cannot be read"), self._database.connect() as connection:
            if path == CHECKPOINT or self._generation is None:
                self._generation = self._newest(connection)
            return self._read(connection, path)

    def texts(self) -> Sequence[str]:
        """The paths of people's texts, as they stood with the checkpoint that was read. Raises `LedgerFilesError`."""
        if not self._may_exist():
            return ()
        with self._told("cannot be read"), self._database.connect() as connection:
            if self._generation is None:
                self._generation = self._newest(connection)
            query = sa.select(_FILES.c.path).where(self._is_ours, _FILES.c.path.startswith(PERSONAL), self._is_then)
            return tuple(map(str, connection.execute(query).scalars()))

    def replace(self, files: Mapping[str, bytes | None], *, expected: bytes | None) -> None:
        """Write these files, None for those that go, if the checkpoint is still `expected`.

        Raises:
            LedgerMovedError: it is another one now; nothing was written.
            LedgerFilesError: nothing could be written.
        """
        refuse_odd_files(files, expected=expected)
        with self._told("cannot be written"):
            if expected is not None and not self._may_exist():
                raise LedgerMovedError(moved(self.place))
            if not self._is_there:
                _prepare(self._database)
            with self._database.begin() as connection:
                generation = self._advance(connection)
                self._generation = generation - 1
                if self._read(connection, CHECKPOINT) != expected:
                    raise LedgerMovedError(moved(self.place))
                self._write(connection, files, generation=generation)
                self._generation = generation
                self._refuse_swallowed(connection, files, checkpoint=files.get(CHECKPOINT, expected))

    def _advance(self, connection: sa.Connection) -> int:
        """The generation that is being written: its row is this transaction's own from here on."""
        step = _LEDGERS.update().where(_LEDGERS.c.ledger == self._ledger).values(generation=_LEDGERS.c.generation + 1)
        if connection.execute(step).rowcount == 0:
            connection.execute(_LEDGERS.insert().values(ledger=self._ledger, generation=1))
        return self._newest(connection)

    def _newest(self, connection: sa.Connection) -> int:
        query = sa.select(_LEDGERS.c.generation).where(_LEDGERS.c.ledger == self._ledger)
        return connection.execute(query).scalar() or 0

    def _read(self, connection: sa.Connection, path: str) -> bytes | None:
        size = sa.func.length(_FILES.c.data)
        query = sa.select(size, sa.case((size <= LARGEST, _FILES.c.data))).where(
            self._is_ours, _FILES.c.path == path, self._is_then
        )
        length, found = connection.execute(query).first() or (0, None)
        data: object = bytes(found) if isinstance(found, memoryview | bytearray) else found
        if data is None and length:
            raise LedgerFilesError(
                f"{path} in {self.place} has more than the {LARGEST:,} bytes that a file of a ledger may have"
            )
        if data is not None and not isinstance(data, bytes):
            raise LedgerFilesError(f"{path} in {self.place} holds no bytes: whoever writes to that database altered it")
        return data

    def _write(self, connection: sa.Connection, files: Mapping[str, bytes | None], *, generation: int) -> None:
        is_here = sa.and_(self._is_ours, _FILES.c.path.in_(files), _FILES.c.gone.is_(None))
        connection.execute(_FILES.update().where(is_here).values(gone=generation))
        rows = [
            {"ledger": self._ledger, "path": path, "born": generation, "data": data}
            for path, data in files.items()
            if data is not None
        ]
        if rows:
            connection.execute(_FILES.insert(), rows)
        is_past = sa.or_(
            _FILES.c.gone <= generation - _PAST, sa.and_(_FILES.c.gone.is_not(None), _FILES.c.path.startswith(PERSONAL))
        )
        connection.execute(_FILES.delete().where(self._is_ours, is_past))

    def _refuse_swallowed(
        self, connection: sa.Connection, files: Mapping[str, bytes | None], *, checkpoint: bytes | None
    ) -> None:
        """A trigger or a rule of the database may drop what is written to it and call that a success."""
        query = sa.select(sa.func.count()).where(self._is_ours, _FILES.c.born == self._generation)
        written = sum(data is not None for data in files.values())
        if connection.execute(query).scalar() != written or self._read(connection, CHECKPOINT) != checkpoint:
            raise LedgerFilesError(
                f"{self.place} does not hold what was written there: a trigger or a rule of that database is in the way; "
                "what stood there still stands"
            )

    @property
    def _is_ours(self) -> sa.ColumnElement[bool]:
        return _FILES.c.ledger == self._ledger

    @property
    def _is_then(self) -> sa.ColumnElement[bool]:
        return sa.and_(
            _FILES.c.born <= self._generation, sa.or_(_FILES.c.gone.is_(None), _FILES.c.gone > self._generation)
        )

    def _may_exist(self) -> bool:
        """Whether there are our tables, so that reading makes no file and no table."""
        if not self._is_there:
            name = self._database.url.database or ""
            if self._database.dialect.name == "sqlite" and not Path(name).is_file():
                return False
            with self._told("cannot be read"):
                self._is_there = _version(self._database) is not None
        return self._is_there

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """Only promised errors leave, in words."""
        try:
            yield
        except LedgerFilesError:
            self._generation = None
            raise
        except IntegrityError as problem:  # somebody else began the ledger between our two statements
            self._generation = None
            raise LedgerMovedError(moved(self.place)) from problem
        except (SQLAlchemyError, OSError, ValueError) as problem:  # text that is none is a ValueError
            self._generation = None
            if getattr(getattr(problem, "orig", None), "sqlstate", None) in _MOVED:
                raise LedgerMovedError(moved(self.place)) from problem
            is_cut = isinstance(problem, DBAPIError) and problem.connection_invalidated
            rest = (
                "what was being written stands there whole or not at all" if is_cut else "what stood there still stands"
            )
            raise LedgerFilesError(f"{self.place} {what}: {_words(problem)}; {rest}") from problem


def _prepare(database: sa.Engine) -> None:
    """Make the tables where there are none."""
    if _version(database) is not None:
        return
    if (
        database.dialect.name == "postgresql"
    ):  # a serializable one would see what was there before it waited for the lock
        database = database.execution_options(isolation_level="READ COMMITTED")
    with database.begin() as connection:
        if database.dialect.name == "postgresql":
            connection.execute(sa.text("select pg_advisory_xact_lock(hashtext('weighbridge'))"))
        else:
            connection.execute(sa.text("begin immediate"))
        _TABLES.create_all(connection)
        known = sa.select(_VERSIONS.c.version).where(_VERSIONS.c.part == "ledger")
        if connection.execute(known).scalar() is None:
            connection.execute(_VERSIONS.insert().values(part="ledger", version=VERSION))


def _version(database: sa.Engine) -> int | None:
    """The version of the tables, None when there are none yet.

    Raises:
        LedgerFilesError: they are of a version that this Weighbridge does not know.
    """
    with database.connect() as connection:
        if not sa.inspect(connection).has_table(_VERSIONS.name):
            return None
        query = sa.select(_VERSIONS.c.version).where(_VERSIONS.c.part == "ledger")
        found: int | None = connection.execute(query).scalar()
    if found is not None and found != VERSION:
        raise LedgerFilesError(
            f"{_shown(database.url)} has tables of version {found}, and this Weighbridge knows version {VERSION}: "
            "use the Weighbridge that last wrote there, or a newer one"
        )
    return found


def _be_careful(connection: Any, _: object) -> None:  # noqa: ANN401 - whatever speaks to SQLite
    """What is erased is overwritten, and what is written is on the disk."""
    cursor = connection.cursor()
    for setting in ("secure_delete = on", "synchronous = full", "trusted_schema = off"):
        cursor.execute(f"pragma {setting}")
    cursor.close()


def _be_impatient(connection: Any, _: object, *, patience: int) -> None:  # noqa: ANN401 - whatever speaks to PostgreSQL
    cursor = connection.cursor()
    for setting, seconds in (("lock_timeout", patience), ("statement_timeout", patience * _SLOWEST)):
        cursor.execute(f"set {setting} = '{seconds}s'")
    cursor.close()
    connection.commit()


def _shown(url: sa.URL) -> str:
    return url.set(drivername=url.get_backend_name(), query={}).render_as_string(hide_password=True)


def _words(problem: Exception) -> str:
    """What the database said, without the statement and its values."""
    said = str(problem.orig) if isinstance(problem, DBAPIError) and problem.orig else str(problem)
    return " ".join(said.split())[:300] or type(problem).__name__
