"""Which database a script speaks to by its own words: its remarks and texts are none of them."""

import time

import pytest
from tests.unit.landscape.linked import sight

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import Dialect
from weighbridge.landscape.sql.dialects import said_by, said_by_name


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("CREATE TABLE a (id int) ENGINE=InnoDB;", Dialect.MYSQL),
        ("-- ENGINE=InnoDB\nALTER TABLE a ADD COLUMN b int;", None),
        ("/* AUTO_INCREMENT */ ALTER TABLE a ADD COLUMN b int;", None),
        ("/* AUTO_INCREMENT", None),
        ("INSERT INTO a (note) VALUES ('it''s ENGINE=InnoDB');", None),
        ("-- it's\nCREATE INDEX CONCURRENTLY i ON a (b);", Dialect.POSTGRES),
        ("/*!40101 SET NAMES utf8 */; CREATE TABLE a (id int UNSIGNED);", Dialect.MYSQL),
    ],
)
def test_only_what_a_script_does_says_where_it_runs(text: str, dialect: Dialect | None) -> None:
    assert said_by(text) is dialect


@pytest.mark.parametrize(
    ("path", "dialect"),
    [
        ("db/migrations/7_orders.sqlite.up.sql", Dialect.SQLITE),
        ("db/migrations/7_orders.cockroach.autocommit.up.sql", Dialect.OTHER),
        ("db/migrations/7_orders.postgres.up.sql", Dialect.POSTGRES),
        ("db/migrations/7_orders.autocommit.up.sql", None),
        ("db/migrations/V1.0_h2__orders.sql", None),
        ("db/mysql/7_orders.sql", None),
        ("sqlite.sql", None),
    ],
)
def test_a_name_says_for_which_database_it_is(path: str, dialect: Dialect | None) -> None:
    others = [RepoPath(path), RepoPath("db/migrations/7_orders.up.sql"), RepoPath("db/migrations/6_users.mysql.up.sql")]

    assert said_by_name(RepoPath(path), others) is dialect


@pytest.mark.parametrize(
    "other", ["7_orders.sqlite.down.sql", "7_orders.sqlite.up.sql", "7_order.up.sql", "old/7_orders.up.sql"]
)
def test_where_no_runner_can_choose_a_name_says_nothing(other: str) -> None:
    path = RepoPath("db/migrations/7_orders.sqlite.up.sql")

    assert said_by_name(path, [path, RepoPath(f"db/migrations/{other}")]) is None


def test_in_code_the_statements_stand_in_texts() -> None:
    assert said_by("await q.query('CREATE INDEX CONCURRENTLY i ON a (b)')", is_code=True) is Dialect.POSTGRES


@pytest.mark.parametrize("piece", ["/*", "'", "-- '\n", "'\\"])
def test_no_script_makes_it_long(piece: str) -> None:
    started = time.process_time()
    said_by(piece * (500_000 // len(piece)))
    assert time.process_time() - started < 2


def test_a_script_of_empty_lines_is_read_at_once() -> None:
    started = time.process_time()
    assert sight({}, {"migrations/0001_empty.sql": "\n" * 200_000 + "SELECT 1;\n"}).coverage.files[0].examined
    assert time.process_time() - started < 3
