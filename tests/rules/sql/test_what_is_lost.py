"""What a change can lose: nothing of what was emptied, of what another file says word by word, or of what ran before."""

import pytest
from tests.rules.sql.judging import blocking, judged_tree

CONSTANTS = "CREATE TABLE kinds (name text PRIMARY KEY);\nINSERT INTO kinds VALUES ('basket'), ('list');\n"
CARTS = "CREATE TABLE carts (id bigint, owner text, total numeric);\n"


@pytest.mark.parametrize(
    ("before", "drop"),
    [
        ({"migrations/2.sql": CARTS, "migrations/3.sql": "TRUNCATE carts;\n"}, "DROP TABLE carts;\n"),
        ({"migrations/2.sql": CARTS + "INSERT INTO carts VALUES (1, 'a', 2);\nDELETE FROM carts;\n"}, "DROP TABLE carts;\n"),
        ({"migrations/2.sql": CONSTANTS}, "DROP TABLE kinds;\n"),
    ],
)
def test_a_table_with_nothing_in_it_that_is_lost_may_go(before: dict[str, str], drop: str) -> None:
    findings = judged_tree({"migrations/9.sql": drop}, before).findings

    assert any("with nothing in it that is lost" in each.message for each in findings)
    assert not blocking(findings)


@pytest.mark.parametrize(
    ("before", "drop"),
    [
        ({"migrations/2.sql": CARTS}, "DROP TABLE carts;\n"),
        ({"migrations/2.sql": CARTS + "INSERT INTO carts VALUES (1, 'a', 2);\n"}, "DROP TABLE carts;\n"),
        ({"migrations/2.sql": CARTS, "migrations/3.sql": "TRUNCATE carts;\nINSERT INTO carts SELECT 1;\n"}, "DROP TABLE carts;\n"),
        ({"migrations/2.sql": CARTS, "migrations/3.sql": "DELETE FROM carts WHERE id = 1;\n"}, "DROP TABLE carts;\n"),
        ({"migrations/2.sql": CONSTANTS, "migrations/3.sql": "INSERT INTO kinds SELECT name FROM carts;\n"}, "DROP TABLE kinds;\n"),
        (
            {"migrations/2.sql": CARTS, "migrations/3.sql": "TRUNCATE carts;\n", "a.py": "db.execute('INSERT INTO carts VALUES (1)')\n"},
            "DROP TABLE carts;\n",
        ),
        ({"migrations/2.sql": CARTS}, "TRUNCATE carts;\nDROP TABLE carts;\n"),
    ],
)
def test_a_table_that_may_hold_something_may_not(before: dict[str, str], drop: str) -> None:
    assert blocking(judged_tree({"migrations/9.sql": drop}, before).findings)
