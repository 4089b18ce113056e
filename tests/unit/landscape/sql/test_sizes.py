"""Table sizes are read in each shape that is documented, and what is none is said to be unparsed."""

import pytest

from weighbridge.domain.ids import digest
from weighbridge.domain.inputs import Input, InputRecord, Inputs
from weighbridge.landscape.sql.sizes import UNKNOWN, Size, TableSizes


def sizes(text: str) -> TableSizes:
    data = text.encode("utf-8")
    return TableSizes(
        Inputs([Input(record=InputRecord(kind="table-sizes", digest=digest(data), size=len(data)), data=data)])
    )


@pytest.mark.parametrize(
    "text",
    [
        '{"users": {"rows": 12, "bytes": 4096, "writes_per_second": 0.5}}',
        '{"tables": {"users": {"rows": 12, "bytes": 4096, "writes_per_second": 0.5}}}',
        '{"tables": [{"table": "users", "rows": 12, "bytes": 4096, "writes_per_second": 0.5}]}',
        '[{"schemaname": "public", "relname": "users", "n_live_tup": 12, "total_bytes": 4096, "writes_per_second": 0.5}]',
        "relname,n_live_tup,total_bytes,writes_per_second\nusers,12,4096,0.5\nother,,,\n",
        '\ufeffschemaname,relname,n_live_tup,bytes,writes_per_second\n"public","users","12","4096","0.5"\n',
    ],
)
def test_a_table_has_the_size_that_was_given(text: str) -> None:
    found = sizes(text)

    assert found.of("users") == Size(rows=12, bytes=4096, writes=0.5)
    assert found.of("public.users").is_small
    assert found.of("orders") is UNKNOWN
    assert found.missing == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1, 2]",
        'table,rows\n"' + "a" * 200_000 + '",5\n',
        '{"users": 12}',
        '{"users": {"rows": true}}',
        "a,b\n1,2",
        "[" * 100_000,
    ],
)
def test_what_holds_no_sizes_is_unparsed(text: str) -> None:
    (missing,) = sizes(text).missing

    assert missing.reason == "unparsed"
    assert "pg_stat_user_tables" in missing.remedy


def test_the_largest_is_meant_where_schemas_share_a_name() -> None:
    found = sizes('{"a.users": {"rows": 5}, "b.users": {"rows": 7000000}}')

    assert found.of("users").is_large
    assert found.of("a.users").is_small


@pytest.mark.parametrize(
    ("size", "is_small"),
    [
        (Size(rows=9_999), True),
        (Size(rows=10_000), False),
        (Size(bytes=9_999_999), True),
        (Size(rows=5, bytes=10_000_000), False),
        (Size(writes=1.0), False),
        (UNKNOWN, False),
    ],
)
def test_small_is_what_is_known_to_be_done_at_once(size: Size, is_small: bool) -> None:  # noqa: FBT001 - a table's column
    assert size.is_small is is_small


def test_a_size_of_one_schema_is_none_of_another() -> None:
    found = sizes('[{"schemaname": "public", "relname": "users", "n_live_tup": 3}]')

    assert found.of("app.users") is UNKNOWN
    assert found.of("public.users").is_small
    assert found.of("users").is_small


def test_of_two_figures_for_one_table_the_larger_counts() -> None:
    assert sizes("table,rows,bytes\nusers,0,\nusers,9000000,9\nUSERS,1,1\n").of("users").rows == 9_000_000


def test_figures_that_do_not_fit_each_other_are_doubtful() -> None:
    assert Size(rows=0, bytes=5_000_000_000).is_doubtful
    assert Size(rows=5_000_000, bytes=10).is_doubtful
    assert not Size(rows=5_000_000, bytes=500_000_000).is_doubtful
