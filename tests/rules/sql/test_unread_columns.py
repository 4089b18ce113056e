"""A column that no code of the repository can ask for, as all its SQL lists others, may go; one that something may ask for may not."""

import pytest
from tests.rules.sql.judging import blocking, judged_tree

from weighbridge.domain.findings import Finding

MADE = "CREATE TABLE accounts (id bigint, email text, fax text);\n"
DROP = {"migrations/9.sql": "SET lock_timeout = '2s';\nALTER TABLE accounts DROP COLUMN fax;\n"}
READER = 'def find(db, email):\n    return db.execute("SELECT id, email FROM accounts WHERE email = %s", [email])\n'
WRITER = 'def add(db, email):\n    db.execute("INSERT INTO accounts (email) VALUES (%s)", [email])\n'
BASE = {"migrations/1.sql": MADE, "app/find.py": READER}


def found(base: dict[str, str], head: dict[str, str] | None = None) -> Finding:
    (finding,) = (e for e in judged_tree(DROP | (head or {}), base).findings if e.rule == "sql/drop-column")
    return finding


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"app/add.py": WRITER},
        {"app/count.py": 'def count(db):\n    return db.execute("SELECT count(*) FROM accounts")\n'},
        {"app/web.py": 'PATH = "/api/accounts"\n'},
        {"app/orders.py": 'def all(db):\n    return db.execute("SELECT * FROM orders")\n'},
        {"queries/accounts.sql": "SELECT id FROM accounts;\n"},
        {"README.md": "The fax went.\n"},
        {"deploy/app.yml": "image: app:1\n"},
    ],
)
def test_a_column_beside_those_that_all_code_lists_is_told_as_one_that_may_go(more: dict[str, str]) -> None:
    finding = found(BASE | more)

    assert finding.severity == "medium"
    assert "read in full" in finding.message


@pytest.mark.parametrize(
    "more",
    [
        {"app/all.py": 'def all(db):\n    return db.execute("SELECT * FROM accounts")\n'},
        {"app/add.py": 'def add(db):\n    db.execute("INSERT INTO accounts VALUES (%s, %s, %s)", [1, 2, 3])\n'},
        {"app/add.py": 'def add(db):\n    return db.execute("INSERT INTO accounts (email) VALUES (1) RETURNING *")\n'},
        {"app/made.py": 'def made(db, names):\n    return db.execute(f"SELECT {names} FROM accounts")\n'},
        {"app/made.py": 'def made(db, names):\n    return db.execute("SELECT " + names + " FROM accounts")\n'},
        {"app/row.py": 'def row(db):\n    return db.execute("SELECT to_jsonb(a) FROM accounts a")\n'},
        {"app/knex.js": 'export const all = (knex) => knex("accounts").where("id", 1);\n'},
        {"app/table.py": 'import pandas\n\n\ndef frame(db):\n    return pandas.read_sql_table("accounts", db)\n'},
        {"app/find.php": "<?php $db->query('SELECT id FROM accounts');\n"},
        {"queries/accounts.sql": "SELECT a.* FROM accounts a;\n"},
        {"queries/accounts.sql": "SELECT fax FROM accounts;\n"},
        {"reports/accounts.yml": "columns: [id, fax]\n"},
        {
            "migrations/2.sql": "CREATE FUNCTION faxes() RETURNS text LANGUAGE sql AS $$ SELECT fax FROM accounts $$;\n",
        },
        {"migrations/2.sql": "CREATE VIEW faxes AS SELECT fax FROM accounts;\n"},
    ],
)
def test_a_column_that_something_here_may_ask_for_is_not(more: dict[str, str]) -> None:
    assert found(BASE | more).severity in ("high", "critical")


def test_nothing_is_proven_where_no_code_asks_for_the_table() -> None:
    assert found({"migrations/1.sql": MADE}).severity == "high"


def test_code_that_asked_for_it_until_this_change_still_runs() -> None:
    base = BASE | {"app/find.py": READER.replace("id, email", "id, fax")}

    assert found(base, {"app/find.py": READER}).severity == "high"


def test_such_a_drop_blocks_nobody() -> None:
    assert "sql/drop-column" not in blocking(judged_tree(DROP, BASE).findings)
