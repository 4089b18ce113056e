"""Queries in files of their own ask for tables and columns; scripts that make or change tables do not."""

import pytest
from tests.unit.landscape.linked import sight

from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.table_mentions import table_mentions


def asking(path: str, text: str, *, column: str = "total") -> list[str]:
    landscapes = sight({"a.py": "x = 1\n"}, {"a.py": "x = 2\n", path: text}).landscapes
    assert isinstance(landscapes, Landscapes), "all is in memory"
    return [str(each.place) for each in table_mentions(landscapes.head, "orders", column=column).sure]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("-- monthly\nselect id,\n  total\nfrom orders;\n", 3),
        ('SELECT "total" FROM public."orders"', 1),
        ("select 1; select o.total from customers c join orders as o on o.customer = c.id", 1),
        ("select x.total from (select * from orders) x", 1),
        ("select b.id, o.total from customers b, orders o", 1),
        ("with o as (select * from orders) select sum(total) from o", 1),
        ("insert into orders (id, total) values (1, 2)", 1),
    ],
)
def test_a_query_in_a_file_asks_for_the_column(text: str, line: int) -> None:
    assert asking("reports/sums.sql", text) == [f"reports/sums.sql:{line}"]


@pytest.mark.parametrize(
    "text",
    [
        "select subtotal from orders",
        "select c.total, o.id from customers c join orders o on o.customer = c.id",
        "select total from invoices",
        "-- total\nselect id from orders where note = 'total'",
        "create table orders (id int, total int);\nselect total from orders",
        "alter table orders drop column total",
    ],
)
def test_what_asks_for_something_else_or_makes_the_table_does_not(text: str) -> None:
    assert asking("reports/sums.sql", text) == []


@pytest.mark.parametrize(
    "path", ["db/0007_sums.sql", "V3__sums.sql", "migrations/sums.sql", "tests/sums.sql", "db/sums.down.sql"]
)
def test_scripts_that_run_once_and_tests_do_not(path: str) -> None:
    assert asking(path, "select total from orders") == []


def test_a_query_in_a_file_asks_for_the_table() -> None:
    assert asking("reports/sums.sql", "select 1\nfrom orders\n", column="") == ["reports/sums.sql:2"]
