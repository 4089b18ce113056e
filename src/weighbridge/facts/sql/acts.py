"""What statements do to a database, one value for each thing done, whoever's words said it.

A statement may do several: `ALTER TABLE t ADD COLUMN a int, DROP COLUMN b` does two. Names are normalised: unquoted parts in
lower case, quotes gone, parts joined by dots. Lines are 1-based and in the file.
"""

from enum import StrEnum

from msgspec import Struct


class Value(Struct, frozen=True, gc=False):
    """An expression as written, spaces made one; the functions it calls, in lower case."""

    text: str
    calls: tuple[str, ...] = ()
    is_constant: bool = False
    """Whether it is nothing but a literal, a sign and casts."""


class Type(Struct, frozen=True, gc=False):
    """A type by its name in lower case (`varchar`, `timestamp with time zone`), what it is given, and whether it is an array."""

    name: str
    given: tuple[str, ...] = ()
    is_array: bool = False

    def __str__(self) -> str:
        return self.name + (f"({', '.join(self.given)})" if self.given else "") + ("[]" if self.is_array else "")


class Reference(Struct, frozen=True, gc=False):
    """What a foreign key points at."""

    table: str
    columns: tuple[str, ...] = ()
    on_delete: str = ""
    """What the database does itself with rows whose other end is deleted: `cascade`, `set null` or `set default`; empty where nothing."""


class ConstraintKind(StrEnum):
    """What a constraint asks of rows."""

    PRIMARY_KEY = "primary key"
    UNIQUE = "unique"
    FOREIGN_KEY = "foreign key"
    CHECK = "check"
    EXCLUSION = "exclusion"
    NOT_NULL = "not null"


class Constraint(Struct, frozen=True, kw_only=True, gc=False):
    """One constraint; `is_not_valid` when rows that are there are not held against it (PostgreSQL's `NOT VALID`)."""

    kind: ConstraintKind
    name: str = ""
    columns: tuple[str, ...] = ()
    reference: Reference | None = None
    value: Value | None = None
    is_not_valid: bool = False
    index: str = ""
    """The index that it is made of, where one was built before."""
    empty_is_alike: bool = False
    """Whether rows without a value count as alike (PostgreSQL's `NULLS NOT DISTINCT`)."""


class Column(Struct, frozen=True, kw_only=True, gc=False):
    """A column as it is defined."""

    name: str
    type: Type
    line: int
    is_not_null: bool = False
    default: Value | None = None
    generated: str = ""
    """`stored` or `virtual` where it is computed of others, `identity` where it counts, else empty."""
    constraints: tuple[Constraint, ...] = ()


class Act(Struct, frozen=True, kw_only=True, gc=False):
    """One thing that is done. `table` is what it is done to, empty where it is no table."""

    table: str = ""
    line: int = 0
    end_line: int = 0


class AddColumn(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A column is added."""

    column: Column
    is_conditional: bool = False


class DropColumn(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A column is dropped."""

    column: str
    is_conditional: bool = False
    is_cascading: bool = False


class ChangeType(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A column gets another type; `using` says how its values become such."""

    column: str
    to: Type
    using: Value | None = None
    is_redefined: bool = False
    """Whether the whole column is stated anew, as MySQL's `MODIFY` does: with it, what is not said is taken away."""
    was: Type | None = None
    """What it was before, where whoever states it says so, or its tool knows."""
    collation: str = ""
    """The order of texts that is asked for with it."""
    is_remade: bool = False
    """Whether its tool drops the column and adds it anew where the type is another, as TypeORM does."""


class SetNotNull(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A column may not be NULL any more."""

    column: str


class DropNotNull(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A column may be empty from now on."""

    column: str


class SetDefault(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """New rows get another default; None takes it away."""

    column: str
    value: Value | None = None


class AddConstraint(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A constraint is added."""

    constraint: Constraint


class ValidateConstraint(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """The rows that are there are held against a constraint that was added without."""

    name: str


class DropConstraint(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A constraint is dropped; `columns` are those it is over, where its tool says that in the place of a name."""

    name: str
    is_conditional: bool = False
    columns: tuple[str, ...] = ()
    is_cascading: bool = False


class RenameColumn(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A column goes by another name."""

    column: str
    name: str


class RenameTable(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A table or view goes by another name, or lies in another schema."""

    name: str


class Rename(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """What is neither table nor column goes by another name, or lies in another schema; `kind` as of `Create`."""

    kind: str
    name: str
    to: str


class AlterOther(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """Something else of a table, a column, an index or any object is changed; `what` are the first words that say so."""

    what: str
    rewrites: bool = False
    """Whether every row is written anew."""


class Partition(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A partition is attached or detached."""

    name: str
    is_attached: bool
    is_concurrent: bool = False
    bounds: str = ""
    """Which rows belong there, as `FOR VALUES …` or `DEFAULT` says it."""


class RowSecurity(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """Row-level security is switched: `enable`, `disable`, `force`, `no force`."""

    how: str


class CreateTable(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A table is made; `like` are those whose shape it takes, `parent` the one whose partition or heir it is."""

    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    is_conditional: bool = False
    is_temporary: bool = False
    has_query: bool = False
    is_replacing: bool = False
    like: str = ""
    parent: str = ""
    is_partitioned: bool = False
    """Whether its rows lie in partitions, by `PARTITION BY`."""
    key: tuple[str, ...] = ()
    """What tells in which partition a row lies, columns by their names."""
    bounds: str = ""
    """Which rows of `parent` belong there, where it is a partition, as `FOR VALUES …` or `DEFAULT` says it."""


class DropTable(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A table is dropped."""

    is_temporary: bool = False
    is_conditional: bool = False
    is_cascading: bool = False


class CreateIndex(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """An index is made over `columns`, which are as written where they are expressions."""

    name: str = ""
    columns: tuple[str, ...] = ()
    is_unique: bool = False
    is_concurrent: bool = False
    is_conditional: bool = False
    method: str = ""
    where: Value | None = None
    is_only: bool = False
    """Whether the partitions of the table are left out, so that nothing is built yet."""
    empty_is_alike: bool = False


class DropIndex(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """An index is dropped."""

    name: str
    is_concurrent: bool = False
    is_conditional: bool = False


class Reindex(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """Indexes are built anew: `kind` is `index`, `table`, `schema`, `database`, `system`."""

    kind: str
    name: str
    is_concurrent: bool = False


class Truncate(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """Every row of a table is gone, or of one partition of it."""

    partition: str = ""
    is_cascading: bool = False


class Create(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """Something else is made: `kind` is `view`, `materialized view`, `type`, `function`, `trigger`, `policy`, `schema` …"""

    kind: str
    name: str
    is_replacing: bool = False
    value: Value | None = None
    """A view's query, a policy's condition."""
    has_no_data: bool = False
    values: tuple[str, ...] = ()
    """What an enumeration holds."""


class Drop(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """Something else is dropped."""

    kind: str
    name: str
    is_conditional: bool = False
    is_cascading: bool = False


class AlterEnum(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A value of an enumeration is added (`old` is empty) or gets another name."""

    name: str
    value: str
    old: str = ""


class Grant(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """Rights are given, or taken away: `on` is what they are over, empty where roles are given."""

    is_given: bool
    rights: tuple[str, ...]
    on: str
    to: tuple[str, ...]
    may_pass_on: bool = False
    is_default: bool = False
    """Whether it is for what will be made from now on."""


class SetParameter(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A setting of the session or the transaction (`is_local`)."""

    name: str
    value: str
    is_local: bool = False


class Transaction(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """`begin`, `commit`, `rollback` or `savepoint`."""

    kind: str


class Lock(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A table is locked outright; `mode` in lower case."""

    mode: str


class Insert(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """Rows are added; `has_query` where they come of a query."""

    has_query: bool = False


class Update(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """Rows are changed; `where` is what tells which."""

    columns: tuple[str, ...] = ()
    where: Value | None = None
    is_limited: bool = False
    is_in_turn: bool = False
    """Whether it is done again and again, to a row or a part each time, until all are done."""


class Delete(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """Rows are deleted; `where` is what tells which."""

    where: Value | None = None
    is_limited: bool = False
    is_in_turn: bool = False


class Query(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """Rows are asked for."""

    text: str


class Maintain(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """`vacuum`, `vacuum full`, `cluster`, `analyze`, `refresh`, `refresh concurrently`, `optimize`, `check`."""

    how: str


class Run(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """Code is run: a block, a procedure."""

    kind: str


class Remark(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A comment or a label is put on something, or a client is told something: nothing else changes."""

    kind: str


class Unclear(Act, frozen=True, kw_only=True, gc=False, tag=True):
    """A statement that is not read here, by its first words."""

    words: str
