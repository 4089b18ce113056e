"""A ledger in a database that others may write to as well: whatever they do there ends in the one promised error."""

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from tests.integration.ledger.keepers import new_postgres

from weighbridge.adapters.ledger.database import LARGEST, DatabaseFiles, open_database
from weighbridge.ledger.files import LedgerFilesError, LedgerMovedError

FILES, LEDGERS, VERSIONS = "weighbridge_ledger_file", "weighbridge_ledger", "weighbridge_version"
ALTERED = f"alter table {FILES} alter column data"
HIDDEN = f"alter table {FILES} rename to kept; create view {FILES} as select ledger, path, born, gone"
NO_FILE = [
    f"{ALTERED} type text using 'abc'",
    f"{ALTERED} type bigint using 1000000000000000",
    f"{ALTERED} type jsonb using '[1, 2]'::jsonb",
    f"{ALTERED} type int[] using array[1, 2]",
    f"{ALTERED} type timestamptz using 'infinity'",
    f"alter table {LEDGERS} alter column generation type text using 'x'",
    f"alter table {VERSIONS} alter column version type text using '1'",
    f"alter table {FILES} alter column born type text using born::text",
    f"alter table {FILES} rename to kept",
    f"{HIDDEN}, (1 / 0)::text::bytea as data from kept",
    f"{HIDDEN}, convert_to(pg_sleep(60)::text, 'utf8') as data from kept",
    f"update {FILES} set data = convert_to(repeat('x', {LARGEST + 1}), 'utf8')",
]
"""After each of these there is no file of a ledger that could be read."""


@pytest.fixture
def address() -> str:
    return new_postgres()


@pytest.fixture
def database(address: str) -> Iterator[sa.Engine]:
    """A database with a ledger in it, whose users have little patience."""
    found = open_database(address, patience=1)
    DatabaseFiles(found, ledger="shop").replace({"checkpoint": b"1"}, expected=None)
    yield found
    found.dispose()


def in_encoding(address: str, encoding: str) -> sa.Engine:
    """A new database beside this one."""
    server = sa.create_engine(address.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    name = f"{server.url.database}_{encoding.lower()}"
    with server.connect() as connection:
        connection.exec_driver_sql(
            f"create database {name} encoding '{encoding}' lc_collate 'C' lc_ctype 'C' template template0"
        )
    server.dispose()
    return open_database(address.replace(f"/{server.url.database}?", f"/{name}?"))


def alter(database: sa.Engine, statements: str) -> None:
    with database.begin() as connection:
        connection.exec_driver_sql(statements)


@pytest.mark.parametrize("statements", NO_FILE)
def test_what_is_no_file_of_a_ledger_any_more_could_not_be_looked_at(database: sa.Engine, statements: str) -> None:
    alter(database, statements)
    ledger = DatabaseFiles(database, ledger="shop")

    with pytest.raises(LedgerFilesError):
        ledger.read("checkpoint")
    with pytest.raises(LedgerFilesError):
        ledger.replace({"checkpoint": b"2"}, expected=b"1")


@pytest.mark.parametrize(
    "generation", ["9223372036854775807", "'NaN'::numeric", "'Infinity'::float8", "null", "-1", "0"]
)
def test_a_generation_that_nobody_can_count_on_from_loses_nothing(database: sa.Engine, generation: str) -> None:
    kind = generation.partition("::")[2] or "bigint"
    alter(database, f"alter table {LEDGERS} alter generation drop not null")
    alter(database, f"alter table {LEDGERS} alter generation type {kind} using {generation}")
    ledger = DatabaseFiles(database, ledger="shop")

    with pytest.raises(LedgerFilesError):
        ledger.replace({"checkpoint": b"2"}, expected=b"1")

    alter(database, f"alter table {LEDGERS} alter generation type bigint using 1")
    assert ledger.read("checkpoint") == b"1"


@pytest.mark.parametrize("answer", ["null", "old"])
def test_what_a_trigger_swallows_was_not_written(database: sa.Engine, answer: str) -> None:
    when = "insert" if answer == "null" else "insert or update"
    alter(
        database,
        f"create function swallow() returns trigger language plpgsql as $$begin return {answer}; end$$;"
        f"create trigger swallow before {when} on {FILES} for each row execute function swallow()",
    )
    ledger = DatabaseFiles(database, ledger="shop")

    with pytest.raises(LedgerFilesError, match="does not hold what was written"):
        ledger.replace({"checkpoint": b"2", "tile/0/000.p/2": b"b"}, expected=b"1")

    assert DatabaseFiles(database, ledger="shop").read("checkpoint") == b"1"


def test_a_file_that_is_larger_than_any_of_a_ledger_is_not_taken_in(database: sa.Engine) -> None:
    alter(database, f"update {FILES} set data = convert_to(repeat('x', {2 * LARGEST}), 'utf8')")

    with pytest.raises(LedgerFilesError, match=r"has more than the 33,554,432 bytes"):
        DatabaseFiles(database, ledger="shop").read("checkpoint")


@pytest.mark.parametrize("taken", [f"lock table {FILES}", f"lock table {VERSIONS}", f"lock table {LEDGERS}"])
def test_a_lock_that_is_never_given_back_is_not_waited_for_for_ever(database: sa.Engine, taken: str) -> None:
    ledger = DatabaseFiles(database, ledger="shop")
    with database.connect() as connection:
        connection.exec_driver_sql(taken)

        with pytest.raises(LedgerFilesError, match="lock timeout"):
            ledger.read("checkpoint")
        with pytest.raises(LedgerFilesError, match="lock timeout"):
            ledger.replace({"checkpoint": b"2"}, expected=b"1")

    assert ledger.read("checkpoint") == b"1"


def test_a_row_that_another_writer_keeps_to_itself_is_not_waited_for_for_ever(database: sa.Engine) -> None:
    ledger = DatabaseFiles(database, ledger="shop")
    with database.connect() as connection:
        connection.exec_driver_sql(f"select * from {LEDGERS} for update")

        assert ledger.read("checkpoint") == b"1"
        with pytest.raises(LedgerFilesError, match="lock timeout"):
            ledger.replace({"checkpoint": b"2"}, expected=b"1")


def test_a_place_where_a_ledger_is_begun_is_not_waited_for_for_ever(address: str) -> None:
    database = open_database(address, patience=1)
    with database.connect() as connection:
        connection.exec_driver_sql("select pg_advisory_xact_lock(hashtext('weighbridge'))")

        with pytest.raises(LedgerFilesError, match="lock timeout"):
            DatabaseFiles(database, ledger="shop").replace({"checkpoint": b"1"}, expected=None)
    database.dispose()


def test_a_connection_that_is_cut_while_it_writes_is_said_to_leave_all_or_nothing(database: sa.Engine) -> None:
    alter(
        database,
        "create function cut() returns trigger language plpgsql as"
        " $$begin perform pg_terminate_backend(pg_backend_pid()); return new; end$$;"
        f"create trigger cut before insert on {FILES} for each row execute function cut()",
    )
    ledger = DatabaseFiles(database, ledger="shop")

    with pytest.raises(LedgerFilesError, match="stands there whole or not at all"):
        ledger.replace({"checkpoint": b"2"}, expected=b"1")

    alter(database, f"drop trigger cut on {FILES}")
    assert ledger.read("checkpoint") == b"1"
    ledger.replace({"checkpoint": b"2"}, expected=b"1")
    assert ledger.read("checkpoint") == b"2"


def test_all_connections_that_are_cut_between_two_reads_are_made_anew(database: sa.Engine) -> None:
    ledger = DatabaseFiles(database, ledger="shop")
    assert ledger.read("checkpoint") == b"1"
    other = sa.create_engine(database.url, poolclass=sa.NullPool)
    with other.begin() as connection:
        connection.exec_driver_sql(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )

    assert ledger.read("checkpoint") == b"1"


def test_a_transaction_that_cannot_be_put_into_an_order_is_one_that_moved(database: sa.Engine) -> None:
    alter(
        database,
        "create function clash() returns trigger language plpgsql as"
        " $$begin raise exception 'clash' using errcode = '40001'; end$$;"
        f"create trigger clash before insert on {FILES} for each row execute function clash()",
    )

    with pytest.raises(LedgerMovedError):
        DatabaseFiles(database, ledger="shop").replace({"checkpoint": b"2"}, expected=b"1")


def test_of_two_that_write_at_once_one_writes(address: str, database: sa.Engine) -> None:
    said: list[str] = []
    engines = [open_database(address) for _ in range(2)]

    def write(engine: sa.Engine, data: bytes) -> None:
        try:
            DatabaseFiles(engine, ledger="shop").replace({"checkpoint": data}, expected=b"1")
            said.append(data.decode())
        except LedgerMovedError:
            said.append("moved")

    writing = [threading.Thread(target=write, args=(engine, b"%d" % n)) for n, engine in enumerate(engines, start=2)]
    for thread in writing:
        thread.start()
    for thread in writing:
        thread.join()
    for engine in engines:
        engine.dispose()

    now = DatabaseFiles(database, ledger="shop").read("checkpoint")
    assert sorted(said) == sorted(["moved", (now or b"").decode()])


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1", "EUC_JP"])
def test_a_database_of_another_encoding_keeps_a_ledger(address: str, encoding: str) -> None:
    database = in_encoding(address, encoding)
    ledger = DatabaseFiles(database, ledger="shop")

    ledger.replace({"checkpoint": b"\xff1"}, expected=None)
    assert ledger.read("checkpoint") == b"\xff1"
    database.dispose()


def test_text_that_is_none_is_an_error_in_words(address: str) -> None:
    database = in_encoding(address, "SQL_ASCII")
    DatabaseFiles(database, ledger="shop").replace({"checkpoint": b"1"}, expected=None)
    alter(database, f"alter table {VERSIONS} alter version type text using convert_from('\\xff', 'SQL_ASCII')")

    with pytest.raises(LedgerFilesError, match="cannot be read"):
        DatabaseFiles(database, ledger="shop").read("checkpoint")
    database.dispose()


@pytest.mark.parametrize("version", ["0", "2", "-1", "2147483647"])
def test_tables_of_an_older_or_newer_version_are_left_alone(database: sa.Engine, version: str) -> None:
    alter(database, f"update {VERSIONS} set version = {version}")
    ledger = DatabaseFiles(database, ledger="shop")

    with pytest.raises(LedgerFilesError, match=f"tables of version {version}"):
        ledger.read("checkpoint")


@pytest.mark.parametrize("data", ["'abc'", "5", "1e15", "cast(x'ff' as text)", f"zeroblob({LARGEST + 1})"])
def test_sqlite_too_holds_no_file_of_a_ledger_then(tmp_path: object, data: str) -> None:
    database = open_database(f"sqlite:///{tmp_path}/ledger.sqlite3")
    ledger = DatabaseFiles(database, ledger="shop")
    ledger.replace({"checkpoint": b"1"}, expected=None)
    alter(database, f"update {FILES} set data = {data}")

    with pytest.raises(LedgerFilesError):
        ledger.read("checkpoint")
    database.dispose()
