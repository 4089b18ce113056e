"""Thousands of views that lean on one another are followed in about as many steps, and what is left out is said."""

import time

import pytest
from tests.rules.sql.judging import judged_tree

from weighbridge.engine.run import Judgement

MADE = "migrations/0001_made.sql"
DROPS = "migrations/0002_drops.sql"
TABLE = "CREATE TABLE t0 (a int);\n"
MANY = 1_000


def chain(many: int) -> str:
    return TABLE + "".join(f"CREATE VIEW v{n} AS SELECT a FROM {f'v{n - 1}' if n else 't0'};\n" for n in range(many))


def star(many: int) -> str:
    return TABLE + "".join(f"CREATE VIEW v{n} AS SELECT a FROM t0;\n" for n in range(many))


def of_type(many: int) -> str:
    made = (f"CREATE TABLE k{n} (a mood);\nCREATE VIEW w{n} AS SELECT a FROM k{n};\n" for n in range(many // 2))
    return "CREATE TYPE mood AS ENUM ('a');\n" + "".join(made)


def cascade(judged: Judgement) -> list[str]:
    return [each.message for each in judged.findings if each.rule == "sql/drop-cascades"]


@pytest.mark.parametrize(
    ("made", "drop", "others"),
    [
        (chain(MANY), "DROP TABLE t0 CASCADE;\n", "995 others"),
        (star(MANY), "DROP TABLE t0 CASCADE;\n", "995 others"),
        (of_type(MANY), "DROP TYPE mood CASCADE;\n", "995 others"),
    ],
)
def test_a_thousand_views_are_followed_to_the_last(made: str, drop: str, others: str) -> None:
    begin = time.perf_counter()
    found = cascade(judged_tree({DROPS: drop}, {MADE: made}))

    assert time.perf_counter() - begin < 30
    assert len(found) == 1
    assert others in found[0]


def test_views_that_are_dropped_one_by_one_are_told_of_the_first_that_takes_them() -> None:
    drops = "".join(f"DROP VIEW v{n} CASCADE;\n" for n in range(MANY))

    assert len(cascade(judged_tree({DROPS: drops}, {MADE: chain(MANY)}))) == 1


def test_what_is_not_followed_any_more_is_said() -> None:
    tables = "".join(f"CREATE TABLE t{n} (a int);\n" for n in range(600))
    views = "".join(
        f"CREATE VIEW v{n} AS SELECT 1 FROM {', '.join(f't{each}' for each in range(600))};\n" for n in range(60)
    )
    drops = "".join(f"DROP TABLE t{n} CASCADE;\n" for n in range(600))
    judged = judged_tree({DROPS: drops}, {MADE: tables + views})

    assert cascade(judged)
    assert [each.missing.reason for each in judged.outcomes if each.rule == "sql/drop-cascades" and each.missing]


def test_a_view_that_is_called_otherwise_goes_by_its_last_name() -> None:
    made = TABLE + "CREATE VIEW a AS SELECT a FROM t0;\nALTER VIEW a RENAME TO b;\nALTER VIEW b RENAME TO c;\n"
    assert "`c`" in cascade(judged_tree({DROPS: "DROP TABLE t0 CASCADE;\n"}, {MADE: made}))[0]


@pytest.mark.parametrize(
    "query",
    ["SELECT 1 FROM x, t0", "SELECT 1 FROM (t0 JOIN x ON true)", 'SELECT 1 FROM ONLY "t0"', "SELECT 1 FROM (\nt0)"],
)
def test_a_view_that_asks_the_table_goes_with_it(query: str) -> None:
    made = f"{TABLE}CREATE TABLE x (a int);\nCREATE VIEW v AS {query};\n"
    assert "`v`" in cascade(judged_tree({DROPS: "DROP TABLE t0 CASCADE;\n"}, {MADE: made}))[0]


@pytest.mark.parametrize("query", ["SELECT t0, 1 FROM x", "SELECT 1, t0 FROM x", "SELECT 1 FROM x WHERE a IN (1, t0)"])
def test_a_view_that_only_says_the_word_stays(query: str) -> None:
    made = f"{TABLE}CREATE TABLE x (a int, t0 int);\nCREATE VIEW v AS {query};\n"
    assert cascade(judged_tree({DROPS: "DROP TABLE t0 CASCADE;\n"}, {MADE: made})) == []
