"""What a query asks, told from its text as it stands in code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.system import Dialect
from weighbridge.landscape.sql.questions import Question
from weighbridge.landscape.sql.reading import question


def asked(text: str) -> Question:
    found = question(text, Dialect.POSTGRES)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM orders WHERE id = %s",
        "SELECT * FROM orders WHERE orders.id = %(key)s AND state = 'open'",
        "SELECT * FROM orders WHERE $1 = order_id",
        "SELECT * FROM orders WHERE id = ? AND (a = 1 OR b = 2)",
    ],
)
def test_one_row_is_picked_by_a_key(text: str) -> None:
    assert asked(text).picks_one
    assert asked(text).is_of_one


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM orders WHERE id = ANY(%s)",
        "SELECT * FROM orders WHERE id = (SELECT max(order_id) FROM lines)",
        "SELECT * FROM orders o JOIN lines l ON true WHERE o.id = l.order_id",
        "SELECT * FROM orders WHERE id = %s OR state = 'open'",
        "SELECT * FROM orders WHERE id > %s",
    ],
)
def test_many_rows_are_not_one(text: str) -> None:
    assert not asked(text).picks_one


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT 1 FROM t WHERE name LIKE '%x'", ("name",)),
        ("SELECT 1 FROM t WHERE lower(name) ILIKE '%{}%'", ("name",)),
        ("SELECT 1 FROM t WHERE name LIKE '%' || %s || '%'", ("name",)),
        ("SELECT 1 FROM t WHERE name LIKE concat('%', %s)", ("name",)),
        ("SELECT 1 FROM t WHERE name LIKE 'x%'", ()),
        ("SELECT 1 FROM t WHERE name LIKE %s", ()),
        ("SELECT '%x' FROM t", ()),
    ],
)
def test_a_search_within_texts(text: str, columns: tuple[str, ...]) -> None:
    assert asked(text).searches_within == columns


@pytest.mark.parametrize(
    ("text", "is_skipping"),
    [
        ("SELECT id FROM t LIMIT 20 OFFSET %s", True),
        ("SELECT id FROM t LIMIT 20 OFFSET 5000", True),
        ("SELECT id FROM t LIMIT 20 OFFSET 10", False),
        ("SELECT id FROM t LIMIT 20", False),
    ],
)
def test_rows_that_are_passed_over(text: str, *, is_skipping: bool) -> None:
    assert asked(text).skips is is_skipping


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("SELECT 1 FROM a, b", ("a", "b")),
        ("SELECT 1 FROM a, b WHERE a.x = 1", ("a", "b")),
        ("SELECT 1 FROM a, b WHERE a.x = b.y", ()),
        ("SELECT 1 FROM a x, b y WHERE x.id = y.a_id", ()),
        ("SELECT 1 FROM a, b WHERE x = y", ()),
        ("SELECT 1 FROM a CROSS JOIN b", ()),
        ("SELECT 1 FROM a JOIN b USING (id)", ()),
    ],
)
def test_tables_that_nothing_links(text: str, tables: tuple[str, ...]) -> None:
    assert asked(text).unlinked == tables


def test_tables_are_named_with_their_schema_and_common_ones_are_none() -> None:
    assert asked("WITH x AS (SELECT * FROM shop.orders) SELECT * FROM x JOIN lines ON true").tables == (
        "lines",
        "shop.orders",
    )


def test_what_is_no_sql_is_not_guessed_at() -> None:
    assert question("SELECT FROM WHERE", Dialect.POSTGRES) is None
    assert question("SELECT " + "(" * 5000, Dialect.POSTGRES) is None
    assert question("ALTER TABLE t ENABLE ROW LEVEL SECURITY", Dialect.POSTGRES) is None


@given(st.text(alphabet="SELECT from*()'%{}?$:=,;\n\"xyz1 ", max_size=80), st.sampled_from(Dialect))
def test_no_text_breaks_it(text: str, dialect: Dialect) -> None:
    question("SELECT " + text, dialect)


@pytest.mark.parametrize(
    ("text", "wrapped"),
    [
        ("SELECT 1 FROM t WHERE date_trunc('day', shipped) = %s", ("date_trunc", "shipped")),
        ("SELECT 1 FROM t WHERE lower(email) = %s", ("lower", "email")),
        ("SELECT 1 FROM t WHERE our_own(email) = %s", ("our_own", "email")),
    ],
)
def test_functions_go_by_the_name_that_was_written(text: str, wrapped: tuple[str, str]) -> None:
    assert asked(text).wrapped == (wrapped,)
