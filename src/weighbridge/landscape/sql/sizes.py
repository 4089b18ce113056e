"""How large tables are and how often they are written, as somebody measured it: the input `table-sizes`.

Read are a JSON object of tables (`{"orders": {"rows": 1200, "bytes": 90112, "writes_per_second": 3}}`, also below a key
`tables`), a JSON list of rows, and a CSV file with a head line. Rows may have the columns of `pg_stat_user_tables`.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar

from msgspec import Struct

from weighbridge.domain.inputs import Input, Inputs
from weighbridge.domain.outcomes import CouldNotLook, Reason

N = TypeVar("N", int, float)
KIND: Final = "table-sizes"
SMALL_ROWS: Final = 10_000
SMALL_BYTES: Final = 10_000_000
LARGE_ROWS: Final = 1_000_000
LARGE_BYTES: Final = 1_000_000_000
BUSY: Final = 50.0
"""Writes a second from which on a table is said to be busy."""

_NAMES: Final = ("table", "table_name", "relname", "name")
_SCHEMAS: Final = ("schema", "schemaname", "table_schema")
_ROWS: Final = ("rows", "n_live_tup", "row_count", "table_rows", "reltuples")
_BYTES: Final = ("bytes", "total_bytes", "size_bytes", "total_size", "pg_total_relation_size", "size", "data_length")
_WRITES: Final = ("writes_per_second", "writes", "write_rate")
_SHAPE: Final = (
    'give a JSON object such as {"orders": {"rows": 1200, "bytes": 90112, "writes_per_second": 3}}, or the rows of'
    " pg_stat_user_tables as JSON or CSV"
)


class Size(Struct, frozen=True, kw_only=True, gc=False):
    """What was measured of one table; None where it was not."""

    rows: int | None = None
    bytes: int | None = None
    writes: float | None = None
    """Rows written a second."""

    @property
    def is_small(self) -> bool:
        """Whether whatever is done to all of it is done at once."""
        known = [each for each in (self.rows, self.bytes) if each is not None]
        is_rows_small = self.rows is None or self.rows < SMALL_ROWS
        return bool(known) and is_rows_small and (self.bytes is None or self.bytes < SMALL_BYTES)

    @property
    def is_large(self) -> bool:
        """Whether it takes minutes, not seconds."""
        return (self.rows or 0) >= LARGE_ROWS or (self.bytes or 0) >= LARGE_BYTES

    @property
    def is_doubtful(self) -> bool:
        """Whether few rows are counted in much space, or many in none: one of both is old."""
        if self.rows is None or self.bytes is None:
            return False
        return (self.rows < SMALL_ROWS and self.bytes >= LARGE_BYTES) or self.bytes < self.rows

    @property
    def is_busy(self) -> bool:
        """Whether it is written all the time."""
        return (self.writes or 0) >= BUSY

    @property
    def words(self) -> str:
        """As a message says it."""
        parts = []
        if self.rows is not None:
            parts.append(f"{self.rows:,} rows")
        if self.bytes is not None:
            parts.append(_bytes_in_words(self.bytes))
        if self.writes is not None:
            parts.append(f"{self.writes:g} writes a second")
        return ", ".join(parts) or "size unknown"


UNKNOWN: Final = Size()


def larger(one: Size, other: Size) -> Size:
    """Of what was measured twice, the larger."""
    return Size(
        rows=_most(one.rows, other.rows), bytes=_most(one.bytes, other.bytes), writes=_most(one.writes, other.writes)
    )


def _most(one: N | None, other: N | None) -> N | None:
    return max((each for each in (one, other) if each is not None), default=None)


class TableSizes:
    """The sizes that were given for a review; `missing` says of each input that could not be read why."""

    def __init__(self, inputs: Inputs) -> None:
        self._by_table: dict[str, Size] = {}
        missing: list[CouldNotLook] = []
        for each in inputs.of(KIND):
            found = _read(each)
            if isinstance(found, CouldNotLook):
                missing.append(found)
            else:
                for name, size in found:
                    self._by_table[name] = larger(self._by_table.get(name, UNKNOWN), size)
        self.missing = tuple(missing)

    def of(self, table: str) -> Size:
        """A table's size; one of another schema is not meant where its schema is said."""
        name = table.lower()
        last = name.rpartition(".")[2]
        if "." in name:
            return self._by_table.get(name) or self._by_table.get(last, UNKNOWN)
        among = [size for other, size in self._by_table.items() if other.rpartition(".")[2] == last]
        return max(among, key=lambda size: (size.rows or 0, size.bytes or 0), default=UNKNOWN)


def _read(given: Input) -> list[tuple[str, Size]] | CouldNotLook:
    if isinstance(given.data, CouldNotLook):
        return given.data
    text = given.data.decode("utf-8-sig", "replace").strip()
    if text[:1] in ("{", "["):
        try:
            rows = list(_in_json(json.loads(text)))
        except (ValueError, RecursionError) as error:
            return _unparsed(given, f"it is no JSON: {error}")
    else:
        try:
            rows = list(csv.DictReader(io.StringIO(text)))
        except csv.Error as error:
            return _unparsed(given, f"it is no CSV: {error}")
    found = [(name, size) for row in rows if (name := _name(row)) and (size := _size(row)) != UNKNOWN]
    return found or _unparsed(given, "no table with a size stands in it")


def _unparsed(given: Input, why: str) -> CouldNotLook:
    return CouldNotLook(reason=Reason.UNPARSED, detail=f"{given.path}: {why}", remedy=_SHAPE)


def _in_json(document: object) -> Iterator[Mapping[str, object]]:
    if isinstance(document, dict) and isinstance(document.get("tables"), dict | list):
        document = document["tables"]
    if isinstance(document, dict):
        yield from ({"table": name, **each} for name, each in document.items() if isinstance(each, dict))
    elif isinstance(document, list):
        yield from (each for each in document if isinstance(each, dict))


def _name(row: Mapping[str, object]) -> str:
    name, schema = _first(row, _NAMES), _first(row, _SCHEMAS)
    if not isinstance(name, str):
        return ""
    return (f"{schema}.{name}" if schema and "." not in name else name).lower()


def _size(row: Mapping[str, object]) -> Size:
    rows, size = _number(_first(row, _ROWS)), _number(_first(row, _BYTES))
    return Size(
        rows=None if rows is None or rows < 0 else int(rows),
        bytes=None if size is None or size < 0 else int(size),
        writes=_number(_first(row, _WRITES)),
    )


def _first(row: Mapping[str, object], names: Iterable[str]) -> object:
    return next((row[name] for name in names if row.get(name) not in (None, "")), None)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except ValueError:
        return None
    return found if abs(found) < _MOST else None


_MOST: Final = 1e18


def _bytes_in_words(size: int) -> str:
    amount, unit = float(size), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.1f} {unit}" if unit != "B" else f"{size} B"
