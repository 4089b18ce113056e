"""Of a long script only those statements are read that may do something to the table asked for; in doubt it is read whole."""

import pytest

from weighbridge.landscape.sql.partly import naming

PADDING = "CREATE TABLE elsewhere (id int); -- " + "x" * 3_000 + "\n"
KEPT = "ALTER TABLE orders ADD COLUMN note text;\n"


def test_statements_of_other_tables_become_empty_lines() -> None:
    text = f"{PADDING}CREATE TABLE pets (\n  id int,\n  name text\n);\n{KEPT}INSERT INTO pets VALUES (1, 'rex; ''dog''');\n"

    found = naming(text, {"orders"})

    assert found.count("\n") == text.count("\n")
    assert found.split() == KEPT.split()
    assert found.split("\n")[5] == KEPT.strip()


@pytest.mark.parametrize(
    "statement",
    [
        "DROP INDEX idx_1;",
        "ALTER INDEX a RENAME TO b;",
        "SELECT shrink();",
        "BEGIN;",
        "DO $$ BEGIN PERFORM shrink(); END $$;",
        "DO $do$ BEGIN EXECUTE 'ALTER TABLE ' || t; END $do$;",
        "ALTER TABLE pets RENAME TO dogs;",
        "CREATE FUNCTION shrink() RETURNS void AS $f$ DELETE FROM pets; $f$ LANGUAGE sql;",
        'UPDATE "Orders" SET a = 1;',
        "UPDATE pets SET a = 1 WHERE id IN (SELECT pet FROM orders);",
    ],
)
def test_what_may_do_something_to_a_table_without_its_name_is_kept(statement: str) -> None:
    assert statement in naming(PADDING + statement + "\nINSERT INTO pets VALUES (1);\n", {"orders"})


@pytest.mark.parametrize(
    "odd",
    [
        r"INSERT INTO pets VALUES ('it\'s; ALTER TABLE orders');",
        "# it's a remark of MySQL's\n",
        "INSERT INTO pets VALUES ('never closed);",
        "/* /* a remark in a remark */ */",
        "DO $$ never closed;",
    ],
)
def test_a_script_whose_statements_may_end_elsewhere_is_kept_whole(odd: str) -> None:
    text = f"{PADDING}INSERT INTO pets VALUES (1);\n{odd}\n{KEPT}"

    assert naming(text, {"orders"}) == text


def test_a_semicolon_within_a_body_a_text_or_a_remark_ends_nothing() -> None:
    text = PADDING + "DO $$ BEGIN\n  UPDATE pets SET a = 1;\n  UPDATE orders SET a = 1;\nEND $$;\n/* ; */ -- ;\n" + KEPT

    assert "DO $$ BEGIN\n  UPDATE pets SET a = 1;\n  UPDATE orders SET a = 1;\nEND $$;" in naming(text, {"orders"})
