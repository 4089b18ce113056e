"""Rows that are alike end a migration that adds a key; nothing of that is said where none can be alike."""

import pytest
from tests.rules.sql.judging import judged_tree

MADE = {"migrations/1.sql": "CREATE TABLE items (id bigint PRIMARY KEY, a bigint NOT NULL, b bigint, UNIQUE (a));\n"}
ENDS = "end the migration"


def said(statement: str) -> str:
    findings = judged_tree({"migrations/9.sql": statement + "\n"}, MADE).findings
    return " ".join(e.message for e in findings if e.rule in ("sql/unique-builds-index", "sql/index-blocks-writes"))


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE items ADD COLUMN c int DEFAULT 1 UNIQUE;",
        "ALTER TABLE items ADD COLUMN c int DEFAULT 1;\nCREATE UNIQUE INDEX one ON items (c);",
        "ALTER TABLE items ADD COLUMN c timestamptz DEFAULT now() UNIQUE;",
        "ALTER TABLE items ADD UNIQUE (b);",
        "CREATE UNIQUE INDEX one ON items (b) NULLS NOT DISTINCT;",
        "ALTER TABLE items ADD COLUMN c int UNIQUE NULLS NOT DISTINCT;",
    ],
)
def test_rows_that_are_alike_are_told(statement: str) -> None:
    assert ENDS in said(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE items ADD COLUMN c uuid DEFAULT gen_random_uuid() UNIQUE;",
        "ALTER TABLE items ADD COLUMN c int UNIQUE;",
        "ALTER TABLE items ADD COLUMN c int GENERATED ALWAYS AS IDENTITY UNIQUE;",
        "ALTER TABLE items ADD COLUMN c bigserial UNIQUE;",
        "CREATE UNIQUE INDEX one ON items (a, b);",
        "ALTER TABLE items DROP CONSTRAINT items_pkey, ADD PRIMARY KEY (id);",
        "ALTER TABLE items DROP CONSTRAINT items_a_key, ADD PRIMARY KEY (a);",
    ],
)
def test_nothing_is_said_where_no_rows_can_be_alike(statement: str) -> None:
    found = said(statement)

    assert found
    assert ENDS not in found
