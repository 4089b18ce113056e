"""What PostgreSQL locks for a statement, and for how long: its documentation's chapters on `ALTER TABLE`, explicit locking and
`CREATE INDEX`, as of versions 11 to 18. What changed between versions says so.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import IntEnum, StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Column, ConstraintKind, Value

OLDEST: Final = 11
"""Since this version a column with a constant default is added without writing rows anew."""


class Level(IntEnum):
    """The modes of a lock on a table, from the weakest; what each blocks is told by `blocks`."""

    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    @property
    def words(self) -> str:
        """As PostgreSQL calls it."""
        return self.name.replace("_", " ")

    @property
    def blocks(self) -> str:
        """Who waits for it: `reads and writes`, `writes`, or nobody who only reads and writes."""
        if self is Level.ACCESS_EXCLUSIVE:
            return "reads and writes"
        return "writes" if self >= Level.SHARE else ""


class Extent(StrEnum):
    """For how long a lock is held, apart from the rest of its transaction."""

    MOMENT = "a moment"
    SCAN = "while every row is read"
    BUILD = "while the index is built"
    REWRITE = "while every row is written anew"

    @property
    def is_long(self) -> bool:
        """Whether it grows with the table."""
        return self is not Extent.MOMENT


class Held(Struct, frozen=True, kw_only=True):
    """A lock that a statement takes on `table`."""

    table: str
    level: Level
    extent: Extent


_STABLE: Final = frozenset(
    [
        "now",
        "current_timestamp",
        "current_date",
        "current_time",
        "localtime",
        "localtimestamp",
        "transaction_timestamp",
        "statement_timestamp",
        "current_user",
        "session_user",
        "user",
        "current_setting",
        "to_timestamp",
        "to_date",
        "date_trunc",
        "timezone",
        "make_date",
        "make_timestamp",
        "make_interval",
        "coalesce",
        "nullif",
        "greatest",
        "least",
        "lower",
        "upper",
        "concat",
        "format",
        "md5",
        "sha256",
        "length",
        "abs",
        "round",
        "floor",
        "ceil",
        "ceiling",
        "trunc",
        "to_jsonb",
        "to_json",
        "jsonb_build_object",
        "json_build_object",
        "jsonb_build_array",
        "array_length",
        "string_to_array",
        "array_to_string",
        "replace",
        "substring",
        "trim",
        "btrim",
        "ltrim",
        "rtrim",
        "left",
        "right",
        "repeat",
        "row_to_json",
        "decode",
        "encode",
        "interval",
        "date",
        "timestamp",
        "numeric",
        "int4",
        "int8",
        "text",
        "varchar",
        "current_schema",
        "current_database",
        "txid_current",
        "pg_backend_pid",
        "inet_client_addr",
        "int4range",
        "int8range",
        "numrange",
        "tsrange",
        "tstzrange",
        "daterange",
        "to_char",
        "to_number",
        "extract",
        "age",
        "cast",
        "jsonb",
        "json",
        "array_fill",
        "hstore",
        "point",
        "box",
    ]
)
"""Functions whose result does not differ from row to row, so that a column's default is computed once."""


def is_volatile(value: Value) -> bool:
    """Whether an expression may differ from row to row; a function that is not known here may be anything, as PostgreSQL takes it."""
    return any(call.rpartition(".")[2] not in _STABLE for call in value.calls)


def is_rewriting(column: Column, *, version: int = OLDEST) -> bool:
    """Whether adding a column writes every row anew."""
    if column.generated in ("stored", "identity"):
        return True
    default = column.default
    if default is None or default.text.lower() == "null":
        return False
    return is_volatile(default) or version < OLDEST


def locks_of(act: Act) -> Iterator[Held]:
    """The locks that a statement takes on tables that are there."""
    if isinstance(act, _IN_A_MOMENT):
        yield _exclusive(act.table, Extent.MOMENT)
    elif (read := _LOCKS.get(type(act))) is not None:
        yield from read(act)


def _exclusive(table: str, extent: Extent) -> Held:
    return Held(table=table, level=Level.ACCESS_EXCLUSIVE, extent=extent)


def _of_column(column: Column) -> Extent:
    if is_rewriting(column):
        return Extent.REWRITE
    kinds = {each.kind for each in column.constraints}
    if kinds & {ConstraintKind.UNIQUE, ConstraintKind.PRIMARY_KEY}:
        return Extent.BUILD
    if ConstraintKind.CHECK in kinds or (ConstraintKind.FOREIGN_KEY in kinds and column.default is not None):
        return Extent.SCAN
    return Extent.MOMENT


def _of_references(table: str, column: Column) -> Iterator[Held]:
    """A new column without a default holds nothing that a foreign key would have to look up."""
    for each in column.constraints:
        if each.reference is not None and each.reference.table != table:
            extent = Extent.SCAN if column.default is not None else Extent.MOMENT
            yield Held(table=each.reference.table, level=Level.SHARE_ROW_EXCLUSIVE, extent=extent)


def _of_constraint(act: Act) -> Iterator[Held]:
    if not isinstance(act, acts.AddConstraint):
        return
    constraint = act.constraint
    extent = Extent.MOMENT if constraint.is_not_valid else Extent.SCAN
    if constraint.kind is ConstraintKind.FOREIGN_KEY:
        tables = {act.table, constraint.reference.table if constraint.reference else act.table}
        for table in sorted(tables):
            yield Held(table=table, level=Level.SHARE_ROW_EXCLUSIVE, extent=extent)
        return
    if constraint.kind in (ConstraintKind.UNIQUE, ConstraintKind.PRIMARY_KEY, ConstraintKind.EXCLUSION):
        extent = Extent.MOMENT if constraint.index else Extent.BUILD
    yield Held(table=act.table, level=Level.ACCESS_EXCLUSIVE, extent=extent)


def _of_added_column(act: Act) -> Iterator[Held]:
    if isinstance(act, acts.AddColumn):
        yield _exclusive(act.table, _of_column(act.column))
        yield from _of_references(act.table, act.column)


def _of_index(act: Act) -> Iterator[Held]:
    match act:
        case acts.CreateIndex(is_concurrent=True):
            yield Held(table=act.table, level=Level.SHARE_UPDATE_EXCLUSIVE, extent=Extent.BUILD)
        case acts.CreateIndex():
            yield Held(table=act.table, level=Level.SHARE, extent=Extent.BUILD)
        case acts.DropIndex(is_concurrent=False):
            yield _exclusive(act.table, Extent.MOMENT)
        case acts.Reindex(name=name, is_concurrent=False):
            yield _exclusive(name, Extent.BUILD)


def _of_partition(act: Act) -> Iterator[Held]:
    match act:
        case acts.Partition(name=name, is_attached=True):
            yield Held(table=act.table, level=Level.SHARE_UPDATE_EXCLUSIVE, extent=Extent.MOMENT)
            yield _exclusive(name, Extent.SCAN)
        case acts.Partition(is_concurrent=False):
            yield _exclusive(act.table, Extent.MOMENT)


def _of_work(act: Act) -> Iterator[Held]:
    match act:
        case acts.ChangeType():
            yield _exclusive(act.table, Extent.REWRITE)
        case acts.SetNotNull():
            yield _exclusive(act.table, Extent.SCAN)
        case acts.ValidateConstraint():
            yield Held(table=act.table, level=Level.SHARE_UPDATE_EXCLUSIVE, extent=Extent.SCAN)
        case acts.AlterOther(table=table, rewrites=True) if table:
            yield _exclusive(table, Extent.REWRITE)
        case acts.AlterOther(table=table, what=what) if table:
            yield Held(table=table, level=_level_of_other(what), extent=Extent.MOMENT)
        case acts.Maintain(how="vacuum full" | "cluster" | "refresh"):
            yield _exclusive(act.table, Extent.REWRITE)
        case acts.Lock(mode=mode):
            yield Held(table=act.table, level=level_of(mode), extent=Extent.MOMENT)
        case acts.Create(kind="trigger"):
            yield Held(table=act.table, level=Level.SHARE_ROW_EXCLUSIVE, extent=Extent.MOMENT)


def _level_of_other(what: str) -> Level:
    """What the rarer actions of `ALTER TABLE` lock, by their first words."""
    if what.startswith(_ONLY_SCHEMA):
        return Level.SHARE_UPDATE_EXCLUSIVE
    return Level.SHARE_ROW_EXCLUSIVE if what.startswith(_OF_TRIGGERS) else Level.ACCESS_EXCLUSIVE


_ONLY_SCHEMA: Final = (
    "alter column set statistics", "cluster on", "set without cluster",
    *(f"{verb} {name}" for verb in ("set", "reset") for name in ("autovacuum_", "fillfactor", "toast", "parallel_workers", "log_autovacuum_", "vacuum_")),
    *(f"alter column {verb} {name}" for verb in ("set", "reset") for name in ("n_distinct", "n_distinct_inherited")),
)  # fmt: skip
"""Statistics, and the parameters of how a table is stored and cleaned: other changes of its schema wait, and nobody else."""
_OF_TRIGGERS: Final = ("enable trigger", "disable trigger", "enable always trigger", "enable replica trigger")


def level_of(mode: str) -> Level:
    """The level of a mode in lower case; the strongest where it is none."""
    return next((level for level in Level if level.words.lower() == mode), Level.ACCESS_EXCLUSIVE)


_IN_A_MOMENT: Final = (
    acts.DropColumn, acts.DropNotNull, acts.SetDefault, acts.DropConstraint, acts.RenameColumn, acts.RenameTable, acts.RowSecurity,
    acts.DropTable, acts.Truncate,
)  # fmt: skip
"""What is exclusive, and done as soon as it has its turn."""

_LOCKS: Final[Mapping[type[Act], Callable[[Act], Iterator[Held]]]] = {
    acts.AddColumn: _of_added_column,
    acts.AddConstraint: _of_constraint,
    acts.CreateIndex: _of_index,
    acts.DropIndex: _of_index,
    acts.Reindex: _of_index,
    acts.Partition: _of_partition,
    **dict.fromkeys(
        (
            acts.ChangeType,
            acts.SetNotNull,
            acts.ValidateConstraint,
            acts.AlterOther,
            acts.Maintain,
            acts.Lock,
            acts.Create,
        ),
        _of_work,
    ),
}


def outside_only(act: Act) -> str:
    """What of a statement cannot be done within a transaction, as it is written; empty where it can."""
    match act:
        case acts.CreateIndex(is_concurrent=True):
            found = "CREATE INDEX CONCURRENTLY"
        case acts.DropIndex(is_concurrent=True):
            found = "DROP INDEX CONCURRENTLY"
        case acts.Reindex(is_concurrent=True):
            found = "REINDEX CONCURRENTLY"
        case acts.Partition(is_concurrent=True):
            found = "DETACH PARTITION CONCURRENTLY"
        case acts.Maintain(how="vacuum" | "vacuum full"):
            found = "VACUUM"
        case acts.Create(kind=("database" | "tablespace") as kind):
            found = f"CREATE {kind.upper()}"
        case acts.Drop(kind=("database" | "tablespace") as kind):
            found = f"DROP {kind.upper()}"
        case _:
            found = ""
    return found
