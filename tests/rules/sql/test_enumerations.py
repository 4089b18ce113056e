"""A column's new enumeration that lacks a value is told with that value, but where the script says what becomes of it."""

import pytest
from tests.rules.sql.judging import judged_tree

MADE = {
    "migrations/1.sql": "CREATE TYPE status AS ENUM ('OPEN', 'PAID', 'SHIPPED');\n"
    "CREATE TABLE orders (id bigint, status status NOT NULL);\n"
}
LACKS = "CREATE TYPE status_new AS ENUM ('OPEN', 'PAID');\n"
HAS_MORE = "CREATE TYPE status_new AS ENUM ('OPEN', 'PAID', 'SHIPPED', 'LOST');\n"
CAST = "ALTER TABLE orders ALTER COLUMN status TYPE status_new USING status::text::status_new;\n"


def said(script: str, before: dict[str, str] | None = None) -> str:
    findings = judged_tree({"migrations/9.sql": script}, MADE | (before or {})).findings
    return " ".join(each.message for each in findings if each.rule == "sql/change-type")


@pytest.mark.parametrize(
    ("script", "before"),
    [
        (LACKS + CAST, {}),
        (LACKS + CAST, {"migrations/2.sql": "ALTER TYPE status RENAME VALUE 'OPEN' TO 'PENDING';\n"}),
        ("UPDATE orders SET status = 'SHIPPED' WHERE status = 'OPEN';\n" + LACKS + CAST, {}),
    ],
)
def test_a_value_that_the_new_type_lacks_is_named(script: str, before: dict[str, str]) -> None:
    assert "`SHIPPED` ends the migration" in said(script, before)


@pytest.mark.parametrize(
    "script",
    [
        HAS_MORE + CAST,
        "UPDATE orders SET status = 'PAID' WHERE status = 'SHIPPED';\n" + LACKS + CAST,
        LACKS
        + "ALTER TABLE orders ALTER COLUMN status TYPE status_new"
        + " USING (CASE status WHEN 'SHIPPED' THEN 'PAID' ELSE status::text END)::status_new;\n",
    ],
)
def test_nothing_is_said_where_no_value_is_lost(script: str) -> None:
    found = said(script)

    assert found
    assert "ends the migration" not in found
