"""A ledger in SQLite and in PostgreSQL, among other writers, and in files that are something else."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.integration.ledger.counting import count_of, count_on, opened, start
from tests.integration.ledger.keepers import new_postgres

from weighbridge.adapters.ledger.database import DatabaseFiles, open_database
from weighbridge.ledger.files import LedgerFilesError


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return new_postgres() if request.param == "postgresql" else f"sqlite:///{tmp_path / 'ledger.sqlite3'}"


@pytest.fixture
def database(address: str) -> Iterator[sa.Engine]:
    found = open_database(address)
    yield found
    found.dispose()


def test_many_processes_append_and_nothing_is_lost(address: str) -> None:
    counting = [start(address, 12) for _ in range(4)]

    said = [int(line) for process in counting for line in process.communicate(timeout=120)[0].split()]

    assert [process.returncode for process in counting] == [0, 0, 0, 0]
    assert sorted(said) == list(range(1, 49))
    with opened(address) as ledger:
        assert count_of(ledger) == 48


def test_killed_at_any_moment_it_leaves_the_old_ledger_or_the_new_one(address: str) -> None:
    chance = random.Random(11)
    for _ in range(6):
        process = start(address, 1_000)
        assert process.stdout is not None
        said = [int(process.stdout.readline()) for _ in range(chance.randrange(1, 5))][-1]
        time.sleep(chance.random() / 30)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        with opened(address) as ledger:
            found = count_of(ledger)
            assert found >= said
            assert count_on(ledger) > found


def test_several_ledgers_of_one_database_know_nothing_of_each_other(database: sa.Engine) -> None:
    one, other = (DatabaseFiles(database, ledger=name) for name in ("shop", "parcels"))

    one.replace({"checkpoint": b"1", "personal/aa": b"Ada"}, expected=None)
    other.replace({"checkpoint": b"9"}, expected=None)

    assert (one.read("checkpoint"), other.read("checkpoint")) == (b"1", b"9")
    assert other.read("personal/aa") is None


def test_what_was_erased_is_in_no_row(database: sa.Engine) -> None:
    ledger = DatabaseFiles(database, ledger="shop")
    ledger.replace({"checkpoint": b"1", "personal/aa": b"Ada Example"}, expected=None)

    ledger.replace({"personal/aa": None}, expected=b"1")

    with database.connect() as connection:
        rows = connection.execute(sa.text("select path from weighbridge_ledger_file")).scalars().all()
    assert rows == ["checkpoint"]


def test_rows_of_the_past_go_in_time(database: sa.Engine) -> None:
    ledger = DatabaseFiles(database, ledger="shop")
    for _ in range(40):
        count_on(ledger)

    with database.connect() as connection:
        rows = connection.execute(sa.text("select count(*) from weighbridge_ledger_file where gone is not null"))
        assert rows.scalar_one() <= 16


def test_tables_of_a_version_that_is_not_known_are_left_alone(database: sa.Engine) -> None:
    DatabaseFiles(database, ledger="shop").replace({"checkpoint": b"1"}, expected=None)
    with database.begin() as connection:
        connection.execute(sa.text("update weighbridge_version set version = 2"))
    ledger = DatabaseFiles(database, ledger="shop")

    with pytest.raises(LedgerFilesError, match="tables of version 2, and this Weighbridge knows version 1"):
        ledger.read("checkpoint")
    with pytest.raises(LedgerFilesError, match="tables of version 2"):
        ledger.replace({"checkpoint": b"2"}, expected=b"1")


def test_what_was_erased_is_overwritten_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    with opened(f"sqlite:///{file}") as ledger:
        ledger.replace({"checkpoint": b"1", "personal/aa": b"Ada Example"}, expected=None)
        assert b"Ada Example" in file.read_bytes()

        ledger.replace({"personal/aa": None}, expected=b"1")

    assert b"Ada Example" not in file.read_bytes()


def test_reading_makes_no_file(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'none.sqlite3'}") as ledger:
        assert ledger.read("checkpoint") is None

    assert list(tmp_path.iterdir()) == []


def test_a_database_of_somebody_else_holds_no_ledger_and_can_take_one(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.sqlite3") as connection:
        connection.execute("create table theirs (x)")
    connection.close()

    with opened(f"sqlite:///{tmp_path / 'other.sqlite3'}") as ledger:
        assert ledger.read("checkpoint") is None
        ledger.replace({"checkpoint": b"1"}, expected=None)

        assert ledger.read("checkpoint") == b"1"


def test_a_file_that_is_no_database_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    file.write_bytes(b"rubbish " * 1_000)

    with opened(f"sqlite:///{file}") as ledger, pytest.raises(LedgerFilesError, match="cannot be read: file is not a"):
        ledger.read("checkpoint")


def test_a_database_without_its_tables_says_what_is_missing(database: sa.Engine) -> None:
    ledger = DatabaseFiles(database, ledger="shop")
    ledger.replace({"checkpoint": b"1"}, expected=None)
    with database.begin() as connection:
        connection.execute(sa.text("drop table weighbridge_ledger_file"))

    with pytest.raises(LedgerFilesError, match="weighbridge_ledger_file"):
        ledger.read("checkpoint")


def test_a_full_disk_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    with opened(address) as ledger:
        count_on(ledger)

    process = start(address, 1_000, "--largest", "200000")
    _, errors = process.communicate(timeout=60)

    assert (process.returncode, "cannot be written" in errors) == (3, True), errors
    with opened(address) as ledger:
        assert count_on(ledger) == count_of(ledger)


def test_a_server_that_does_not_answer_is_an_error_that_does_not_say_the_password(tmp_path: Path) -> None:
    database = open_database(f"postgresql://ada:secret@/shop?host={tmp_path}")
    ledger = DatabaseFiles(database, ledger="shop")

    with pytest.raises(LedgerFilesError, match="cannot be read") as failed:
        ledger.read("checkpoint")

    assert "secret" not in str(failed.value)
    assert "secret" not in ledger.place


@pytest.mark.parametrize("address", ["", "nonsense", "mysql://host/name", "http://host/x", "sqlite+other:///x"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(LedgerFilesError, match=r"sqlite:///"):
        open_database(address)


def test_nothing_but_this_module_pays_for_the_database() -> None:
    code = "import sys, weighbridge.adapters.git.ledger_files, weighbridge.adapters.ledger.memory; print('sqlalchemy' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "False"
