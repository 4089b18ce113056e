"""A ledger in PostgreSQL whose rows somebody with rights to the tables changes: nothing enters by it, and nothing breaks."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from tests.acceptance.cli.deploying import Shop, open_shop
from tests.acceptance.cli.program import Program
from tests.integration.ledger.keepers import new_postgres

from weighbridge.adapters.ledger.database import open_database

FILES = "weighbridge_ledger_file"
ADMIT = ("admit", "--environment", "production", "--commit", "fix", "--after", "main")


@dataclass(frozen=True)
class Kept(Shop):
    """The shop, whose ledger is kept in a database."""

    address: str

    def program(self, who: str) -> Program:
        return Program(super().program(who).home, {"WEIGHBRIDGE_LEDGER": self.address})


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    made = open_shop(tmp_path_factory.mktemp("shop"))
    found = Kept(made.scratch, made.homes, new_postgres())
    found.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    found.passed("main..fix")
    rejected = found.run("ben", "reject", "fix", "--key", str(found.key("ben")), "--yes", "--reason", "it loses money")
    assert (rejected.status, found.run("ci", "ledger", "verify").status) == (0, 0), rejected
    return found


@pytest.fixture
def database(shop: Kept) -> Iterator[sa.Engine]:
    """The database; what a test does to its rows is undone."""
    found = open_database(shop.address)
    tables = (FILES, "weighbridge_ledger", "weighbridge_version")
    with found.begin() as connection:
        for table in tables:
            connection.exec_driver_sql(f"create table kept_{table} as table {table}")
    yield found
    with found.begin() as connection:
        for table in tables:
            connection.exec_driver_sql(
                f"truncate {table}; insert into {table} table kept_{table}; drop table kept_{table}"
            )
    found.dispose()


ROWS = {
    "the newest state goes": f"delete from {FILES} where gone is null and path !~ 'personal';"
    f" update {FILES} set gone = null where gone = (select max(gone) from {FILES})",
    "the checkpoint goes": f"delete from {FILES} where path = 'checkpoint'",
    "all goes": f"truncate {FILES}, weighbridge_ledger",
    "the version goes": "truncate weighbridge_version",
    "nothing is in anything": f"update {FILES} set data = ''",
    "one file's bytes are another's": f"update {FILES} set data = (select data from {FILES} where path ~ 'tile/0/' limit 1)"
    " where path ~ 'tile/entries/'",
    "a bit is another": f"update {FILES} set data = set_byte(data, 90, get_byte(data, 90) # 1) where path ~ 'tile/entries/'",
    "what people said is another's": f"update {FILES} set data = '{{}}' where path ~ 'personal/'",
    "the generation went back": "update weighbridge_ledger set generation = generation - 1",
    "it is another ledger's": f"update {FILES} set ledger = 'other'; update weighbridge_ledger set ledger = 'other'",
}


@pytest.mark.parametrize("done", ROWS)
def test_what_somebody_does_to_the_rows_lets_nothing_in(shop: Kept, database: sa.Engine, done: str) -> None:
    with database.begin() as connection:
        connection.exec_driver_sql(ROWS[done])

    admitted, verified = shop.run("ci", *ADMIT), shop.run("ci", "ledger", "verify")
    weighed, told = shop.run("ci", "review", "main..fix"), shop.run("ci", "ledger", "show")

    assert admitted.status in (1, 3), admitted
    assert weighed.status in (1, 3), weighed
    for ran in (admitted, verified, weighed, told):
        assert ran.status in (0, 1, 3), ran
        assert "Traceback" not in ran.err + ran.out
    if done != "what people said is another's":
        assert verified.status in (1, 3), verified


def test_words_of_the_database_are_shown_without_what_moves_a_terminal(shop: Kept, database: sa.Engine) -> None:
    with database.begin() as connection:
        connection.exec_driver_sql("alter table weighbridge_version alter version type text using E'\\x1b[31m'")
    ran = shop.run("ci", *ADMIT)
    with database.begin() as connection:
        connection.exec_driver_sql("alter table weighbridge_version alter version type integer using 1")

    assert (ran.status, "\x1b" in ran.err) == (3, False), ran
