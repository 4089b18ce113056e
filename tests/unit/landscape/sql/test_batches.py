"""A condition is narrow by what it is, not by a piece of it."""

import pytest

from weighbridge.facts.sql.acts import Delete
from weighbridge.facts.sql.reading import Deed, read_deeds
from weighbridge.landscape.sql.batches import is_narrow

WIDE = [
    "NOT id = 1",
    "id = 1 OR true",
    "id = 1 OR 1 = 1",
    "1 = 1",
    "true",
    "ctid IS NOT NULL",
    "id IN (SELECT id FROM users LIMIT ALL)",
    "id > 0 AND id < 999999999999",
    "EXISTS (SELECT 1 FROM orders o WHERE o.id = 1)",
    "id <> 1",
    "id != 1",
    "id NOT IN (1,2)",
    "(id = 1) IS NOT NULL",
    "id BETWEEN 1 AND 100000000",
    "id = id",
    "id > 5",
    "id IN (SELECT id FROM users)",
    "id >= 0",
    "NOT (id = 1)",
    "id = 1 OR email IS NULL",
    "email = 'a' OR NOT false",
    "id IN (SELECT id FROM users LIMIT 100000000)",
    "coalesce(id = 1, true)",
    "CASE WHEN id = 1 THEN true ELSE true END",
    "id NOT BETWEEN 1 AND 5",
    "id IS DISTINCT FROM 1",
    "id IN (SELECT id FROM users LIMIT 1 UNION SELECT id FROM users)",
    "name LIKE '%'",
    "id >= 1 AND id >= 5",
    "id = ANY(SELECT id FROM users)",
    "EXISTS (SELECT 1 FROM x LIMIT 1)",
    "id > (SELECT min(id) FROM users) AND id < (SELECT max(id) FROM users)",
    "id = 1 = false",
    "((((" * 500 + "id = 1" + "))))" * 500,
    "NOT " * 3000 + "id = 1",
    "kind IN (VALUES ('a'), ('b'))",
    "id NOT IN (VALUES (1), (2))",
    "(kind, id) IN (('a', 1), ('b', 2))",
    "(user_id, role_id) NOT IN ((1, 2), (3, 4))",
    "coalesce(id, 1) IN (1)",
]
NARROW = [
    "id = 1",
    "users.id = 1",
    "u.id = 'x'::uuid",
    "(id = 1)",
    "id = 1 AND email IS NULL",
    "id IN (1,2,3)",
    "id IN (SELECT id FROM users WHERE email IS NULL LIMIT 1000)",
    "ctid IN (SELECT ctid FROM users WHERE email = '' LIMIT 500)",
    "ctid = ANY(ARRAY(SELECT ctid FROM users LIMIT 500))",
    "id BETWEEN 1 AND 1000",
    "id > 0 AND id <= 5000",
    "id >= 5000 AND id < 10000 AND email IS NULL",
    "id = $1",
    "user_id = (SELECT id FROM users WHERE email = 'x')",
    "role_id IN (SELECT id FROM roles WHERE name = 'clerk')",
    "id = 1 OR id = 2",
    "id BETWEEN :a AND :b",
    "key = 'theme'",
    "lower(email) = 'x'",
    "5 = id",
    "id = ANY('{1,2}')",
    "id = ANY(ARRAY[1,2])",
    "CURRENT OF c",
    "id = 1 OR (id = 2 AND email IS NULL)",
    "id IN (SELECT id FROM users FETCH FIRST 100 ROWS ONLY)",
    "0 < id AND 100 > id",
    "lower(email) IN ('a', 'b')",
    "codename = 'may_refund'",
    "id IN (VALUES (1), (2))",
    "id IN (SELECT id FROM (VALUES (1), (2)) AS few (id))",
    "(user_id, role_id) IN ((1, 2), (3, 4))",
]


def deleted(sql: str) -> tuple[Delete, Deed]:
    (deed,) = read_deeds(sql).statements
    (act,) = (each for each in deed.acts if isinstance(each, Delete))
    return act, deed


def is_batch(sql: str) -> bool:
    act, deed = deleted(sql)
    return act.where is not None and is_narrow(act.where, deed)


@pytest.mark.parametrize("where", WIDE)
def test_a_condition_that_may_hold_for_every_row_is_not_narrow(where: str) -> None:
    assert not is_batch(f"DELETE FROM users WHERE {where}")


@pytest.mark.parametrize("where", NARROW)
def test_a_condition_that_picks_few_rows_is_narrow(where: str) -> None:
    assert is_batch(f"DELETE FROM users WHERE {where}")


@pytest.mark.parametrize(
    "sql",
    [
        "WITH d AS (SELECT id FROM users LIMIT 100) DELETE FROM users USING d WHERE users.id = d.id",
        "WITH d AS MATERIALIZED (SELECT id FROM users LIMIT 9 FOR UPDATE) DELETE FROM users WHERE id IN (SELECT id FROM d)",
        "DELETE FROM users u USING (SELECT id FROM users LIMIT 10) AS d WHERE u.id = d.id",
    ],
)
def test_what_is_joined_to_a_limited_query_is_a_part(sql: str) -> None:
    assert is_batch(sql)
    assert not is_batch(sql.replace("LIMIT 100)", ")").replace("LIMIT 9", "").replace("LIMIT 10)", ")"))


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM plans USING (VALUES ('free'), ('team')) AS gone (code) WHERE plans.code = gone.code",
        "WITH gone (code) AS (VALUES ('free'), ('team')) DELETE FROM plans USING gone WHERE plans.code = gone.code",
        "WITH gone AS (VALUES ('free'), ('team')) DELETE FROM plans USING gone WHERE plans.code = gone.column1",
    ],
)
def test_what_is_joined_by_a_key_to_a_few_rows_that_are_written_down_is_a_part(sql: str) -> None:
    assert is_batch(sql)
    assert not is_batch(sql.replace("plans.code =", "plans.kind ="))


@pytest.mark.parametrize(("limit", "is_limited"), [("1000", True), ("?", True), ("ALL", False), ("999999999", False)])
def test_a_limit_that_limits_nothing_makes_no_batch(limit: str, *, is_limited: bool) -> None:
    act, _ = deleted(f"DELETE FROM users LIMIT {limit}")

    assert act.is_limited is is_limited
