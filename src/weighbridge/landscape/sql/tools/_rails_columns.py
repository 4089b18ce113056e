"""Columns and tables as Rails states them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from weighbridge.facts.calls.forms import (
    NOTHING,
    Argument,
    Arguments,
    Block,
    Call,
    Form,
    Keyed,
    Listed,
    Name,
    Number,
    Statement,
    Text,
)
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Column, Constraint, ConstraintKind, Reference, Type, Value
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.column_types import columns_of, keys_of, on_delete
from weighbridge.landscape.sql.rendered import NotWrittenError
from weighbridge.landscape.sql.tools._alembic_operations import sql_value
from weighbridge.landscape.sql.tools._rails_words import plural
from weighbridge.landscape.sql.tools._texts import text_of

_TYPES: Final = {
    "string": "varchar", "text": "text", "integer": "integer", "bigint": "bigint", "float": "double precision", "decimal": "numeric",
    "numeric": "numeric", "datetime": "timestamp", "timestamp": "timestamp", "timestamptz": "timestamp with time zone", "date": "date",
    "time": "time", "boolean": "boolean", "json": "json", "jsonb": "jsonb", "uuid": "uuid", "inet": "inet", "cidr": "cidr",
    "citext": "citext", "binary": "bytea", "hstore": "hstore", "tsvector": "tsvector", "xml": "xml", "bit": "bit", "interval": "interval",
    "primary_key": "bigint", "enum": "enum", "serial": "integer", "bigserial": "bigint", "smallint": "smallint", "geometry": "geometry",
    "int": "integer", "bool": "boolean",
    "point": "point", "virtual": "", "blob": "bytea", "macaddr": "macaddr", "oid": "oid", "int4range": "int4range", "daterange": "daterange",
    "tsrange": "tsrange", "tstzrange": "tstzrange", "numrange": "numrange", "int8range": "int8range", "money": "money", "ltree": "ltree",
}  # fmt: skip
_TO: Final = ("references", "belongs_to")
_FUNCTIONS_OF_TABLE: Final = (
    "index",
    "timestamps",
    "foreign_key",
    "check_constraint",
    "unique_constraint",
    "exclusion_constraint",
    *_TO,
)


class Operation:
    """One call of a migration's own, with what names stand for there."""

    def __init__(self, call: Call, names: Names) -> None:
        self.call = call
        self.given = Arguments(call)
        self.names = names

    def word(self, form: Form | None, what: str = "a name") -> str:
        """A name that must be written there."""
        value = self.names.of(form)
        if isinstance(value, Text) and value.has_holes:
            value = text_of(value, self.names)
        if not isinstance(value, Text) or value.has_holes:
            raise NotWrittenError(f"{what} is not written here")
        return value.value

    def table(self, position: int = 0) -> str:
        """The table it is about."""
        return self.word(self.given.get("", position), "the table's name")

    def at(self, position: int) -> Form | None:
        """An argument by position."""
        return self.given.listed[position] if position < len(self.given.listed) else None

    def option(self, name: str) -> Form | None:
        """An option by name."""
        return self.names.of(self.given.named.get(name))

    def is_false(self, name: str) -> bool:
        """Whether an option says no."""
        value = self.option(name)
        return isinstance(value, Name) and value.id == "false"

    def named(self, name: str) -> str:
        """An option that is a name; empty where it is left out or put together."""
        value = self.option(name)
        return value.value if isinstance(value, Text) else ""

    def words(self, form: Form | None) -> tuple[str, ...]:
        """Names that must be written there."""
        value = self.names.of(form)
        if isinstance(value, Listed):
            return tuple(self.word(each) for each in value.items)
        return (self.word(value),)


def type_of(form: Form | None, operation: Operation) -> Type:
    """A type as Rails calls it, or as SQL does."""
    value = operation.names.of(form)
    if not isinstance(value, Text):
        return Type("")
    limit, precision, scale = (operation.option(each) for each in ("limit", "precision", "scale"))
    name = _TYPES.get(value.value.lower())
    if name is None:
        for deed in sql_type(value.value):
            return deed
        return Type("")
    size = limit.value if isinstance(limit, Number) else ""
    if name == "integer" and size:
        name = "bigint" if size == "8" else "smallint" if size in ("1", "2") else name
        size = ""
    if name == "numeric":
        parts = [each.value for each in (precision, scale) if isinstance(each, Number)]
        return Type(name, tuple(parts), operation.given.is_true("array"))
    return Type(name, (size,) if size and name == "varchar" else (), operation.given.is_true("array"))


def sql_type(text: str) -> Iterator[Type]:
    """A type that is written as SQL."""
    from weighbridge.facts.sql.reading import read_deeds  # noqa: PLC0415 - few migrations do

    for deed in read_deeds(f"ALTER TABLE t ADD COLUMN c {text}").statements:
        for act in deed.acts:
            if isinstance(act, acts.AddColumn):
                yield act.column.type


def value_of(form: Form | None, names: Names) -> Value | None:
    """What a default says; a lambda holds SQL."""
    value = names.of(form)
    if value is None or (isinstance(value, Name) and value.id in NOTHING):
        return None
    if isinstance(value, Block):
        text = text_of(value.body[0].value, names) if value.body else None
        return sql_value(text.value) if text is not None else Value("…", ("…",))
    if isinstance(value, Text):
        return Value(f"'{value.value}'", is_constant=True)
    return Value(
        value.value if isinstance(value, Number) else value.id if isinstance(value, Name) else "'…'", is_constant=True
    )


def column_of(name: str, kind: Form | None, *, operation: Operation) -> Column:
    """A column with what its options say."""
    stored = operation.option("as")
    of_kind = type_of(kind, operation)
    generated = ""
    if stored is not None:
        generated = "stored" if operation.given.is_true("stored") else "virtual"
    return Column(
        name=name,
        type=of_kind,
        line=operation.call.line,
        is_not_null=operation.is_false("null"),
        default=_default_of(of_kind, operation),
        generated=generated,
    )


def _default_of(kind: Type, operation: Operation) -> Value | None:
    """A column's default: a text that calls something is SQL for a uuid, as Rails puts no quotes around it."""
    form = operation.given.named.get("default")
    text = text_of(form, operation.names) if form is not None and kind.name == "uuid" else None
    return sql_value(text.value) if text is not None and "()" in text.value else value_of(form, operation.names)


def index_options(table: str, columns: tuple[str, ...], *, operation: Operation) -> acts.CreateIndex:
    """An index with what its options say."""
    algorithm, where = operation.named("algorithm"), text_of(operation.option("where"), operation.names)
    return acts.CreateIndex(
        table=table,
        name=operation.named("name"),
        columns=columns,
        is_unique=operation.given.is_true("unique"),
        is_concurrent=algorithm == "concurrently",
        is_conditional=operation.given.is_true("if_not_exists"),
        method=operation.named("using"),
        where=Value(where.value) if where is not None else None,
    )


def reference_acts(table: str, name: str, *, operation: Operation) -> Iterator[Act]:
    """A column that points at another table, with its index and its key."""
    kind = operation.option("type")
    column = Column(
        name=f"{name}_id",
        type=type_of(kind, operation) if kind is not None else Type("bigint"),
        line=operation.call.line,
        is_not_null=operation.is_false("null"),
        default=value_of(operation.given.named.get("default"), operation.names),
    )
    yield acts.AddColumn(table=table, column=column)
    if operation.option("polymorphic") is not None and not operation.is_false("polymorphic"):
        other = Column(
            name=f"{name}_type", type=Type("varchar"), line=operation.call.line, is_not_null=column.is_not_null
        )
        yield acts.AddColumn(table=table, column=other)
    index = operation.option("index")
    if not operation.is_false("index"):
        options = Arguments(Call(name="", line=0, end_line=0, arguments=_pairs(index)))
        algorithm = operation.names.of(options.named.get("algorithm"))
        is_concurrent = isinstance(algorithm, Text) and algorithm.value == "concurrently"
        yield acts.CreateIndex(
            table=table, columns=(column.name,), is_concurrent=is_concurrent, is_unique=options.is_true("unique")
        )
    key = operation.option("foreign_key")
    if key is not None and not operation.is_false("foreign_key"):
        options = Arguments(Call(name="", line=0, end_line=0, arguments=_pairs(key)))
        to = operation.names.of(options.named.get("to_table"))
        validate = options.named.get("validate")
        deleted = operation.names.of(options.named.get("on_delete"))
        yield acts.AddConstraint(
            table=table,
            constraint=Constraint(
                kind=ConstraintKind.FOREIGN_KEY,
                columns=(column.name,),
                reference=Reference(
                    to.value if isinstance(to, Text) else plural(name),
                    on_delete=on_delete(deleted.value) if isinstance(deleted, Text) else "",
                ),
                is_not_valid=isinstance(validate, Name) and validate.id == "false",
            ),
        )


def _pairs(form: Form | None) -> tuple[Argument, ...]:
    """The options that a mapping holds."""
    if not isinstance(form, Keyed):
        return ()
    return tuple(Argument(key.value, value) for key, value in form.pairs if isinstance(key, Text))


def table_columns(operation: Operation) -> Iterator[Act]:
    """A table that is made, dropped before where it says so."""
    names = [each for each in operation.given.listed if not isinstance(operation.names.of(each), Keyed)]
    if operation.call.name == "create_join_table":
        table = operation.named("table_name") or "_".join(sorted(operation.word(each) for each in names[:2]))
    else:
        table = operation.word(names[0] if names else None, "the table's name")
    force = operation.option("force")
    if force is not None and not operation.is_false("force"):
        is_cascading = isinstance(force, Text) and force.value == "cascade"
        yield acts.DropTable(table=table, is_conditional=True, is_cascading=is_cascading)
    columns: list[Column] = []
    constraints: list[Constraint] = []
    for name, of in _stated(operation):
        for act in _referring(table, name, of=of):
            columns += columns_of(act)
            constraints += keys_of(act)
        if of.call.name not in _FUNCTIONS_OF_TABLE:
            columns.append(
                column_of(name, of.given.get("", 1) if of.call.name == "column" else _kind(of), operation=of)
            )
    yield acts.CreateTable(
        table=table,
        columns=tuple(columns),
        constraints=tuple(constraints),
        is_conditional=operation.given.is_true("if_not_exists"),
        is_temporary=operation.given.is_true("temporary"),
    )


def _referring(table: str, name: str, *, of: Operation) -> Iterator[Act]:
    """What a line of the block of a new table says that refers to another: a column with its key, or a key alone."""
    if name and of.call.name in _TO:
        yield from reference_acts(table, name, operation=of)
    elif name and of.call.name == "foreign_key":
        yield from _keyed(table, of)


def _kind(operation: Operation) -> Text:
    return Text(operation.call.name, operation.call.line, operation.call.line)


def _stated(operation: Operation) -> Iterator[tuple[str, Operation]]:
    """Each column that the block of a table states, with the call that does."""
    block = operation.call.block
    for each in block.body if block is not None else ():
        value = each.value
        if (
            not isinstance(value, Call)
            or not isinstance(value.of, Name)
            or value.of.id not in (block.takes if block else ())
        ):
            continue
        of = Operation(value, operation.names)
        listed = of.given.listed[:1] if value.name == "column" else of.given.listed
        for one in listed or (None,):
            name = operation.names.of(one)
            yield name.value if isinstance(name, Text) else "", of


def acts_in_change(operation: Operation) -> Iterator[tuple[Call, tuple[Act, ...]]]:
    """What each line of `change_table` does, with its call."""
    table = operation.table()
    block = operation.call.block
    for each in block.body if block is not None else ():
        value = each.value
        if block is not None and isinstance(value, Call) and is_of_block(each, block):
            yield value, tuple(_changed(table, Operation(value, operation.names)))


def is_of_block(statement: Statement, block: Block) -> bool:
    """Whether a statement calls what its block is given, as `t.string :name` does."""
    value = statement.value
    return isinstance(value, Call) and isinstance(value.of, Name) and value.of.id in block.takes


def _changed(table: str, of: Operation) -> Iterator[Act]:
    name = of.call.name
    if name in _TYPES:
        return (act for e in of.given.listed for act in _added(table, of.word(e), kind=_kind(of), of=of))
    if name not in _CHANGES:
        raise NotWrittenError(f"what `{name}` does to a table is not known here")
    return _CHANGES[name](table, of)


def _removes(table: str, of: Operation) -> Iterator[Act]:
    ending = "" if of.call.name in ("remove", "remove_columns") else "_id"
    for each in of.given.listed:
        yield acts.DropColumn(table=table, column=of.word(each) + ending)


def _removes_timestamps(table: str, of: Operation) -> Iterator[Act]:
    del of
    for column in ("created_at", "updated_at"):
        yield acts.DropColumn(table=table, column=column)


def _renames(table: str, of: Operation) -> Iterator[Act]:
    yield acts.RenameColumn(table=table, column=of.word(of.at(0)), name=of.word(of.at(1)))


def _changes_type(table: str, of: Operation) -> Iterator[Act]:
    yield acts.ChangeType(table=table, column=of.word(of.at(0)), to=type_of(of.at(1), of))


def _changes_default(table: str, of: Operation) -> Iterator[Act]:
    yield acts.SetDefault(table=table, column=of.word(of.at(0)), value=value_of(of.at(1), of.names))


def _changes_null(table: str, of: Operation) -> Iterator[Act]:
    value, column = of.names.of(of.at(1)), of.word(of.at(0))
    is_null = isinstance(value, Name) and value.id == "true"
    yield acts.DropNotNull(table=table, column=column) if is_null else acts.SetNotNull(table=table, column=column)


def _indexes(table: str, of: Operation) -> Iterator[Act]:
    yield index_options(table, of.words(of.at(0)), operation=of)


def _removes_index(table: str, of: Operation) -> Iterator[Act]:
    yield acts.DropIndex(table=table, name=of.named("name") or "index")


def _refers(table: str, of: Operation) -> Iterator[Act]:
    for each in of.given.listed:
        yield from reference_acts(table, of.word(each), operation=of)


def _adds(table: str, of: Operation) -> Iterator[Act]:
    yield from _added(table, of.word(of.at(0)), kind=of.at(1), of=of)


def _added(table: str, name: str, *, kind: Form | None, of: Operation) -> Iterator[Act]:
    """A column, and the index that its option `index` asks for."""
    yield acts.AddColumn(table=table, column=column_of(name, kind, operation=of))
    index = of.option("index")
    if of.given.is_true("index") or isinstance(index, Keyed):
        options = Operation(Call(name="", line=of.call.line, end_line=0, arguments=_pairs(index)), of.names)
        yield index_options(table, (name,), operation=options)


def _keyed(table: str, of: Operation) -> Iterator[Act]:
    """A key or a check: the same as what is done outside of the block, with the table before it."""
    name = of.call.name
    if name.startswith("remove"):
        yield acts.DropConstraint(table=table, name=of.named("name") or name)
    elif name == "foreign_key":
        key = Constraint(
            kind=ConstraintKind.FOREIGN_KEY,
            columns=(of.named("column"),),
            reference=Reference(of.word(of.at(0)), on_delete=on_delete(of.named("on_delete"))),
            is_not_valid=of.is_false("validate"),
        )
        yield acts.AddConstraint(table=table, constraint=key)
    else:
        text = text_of(of.at(0), of.names)
        value = Value(text.value if text is not None else "…")
        check = Constraint(
            kind=ConstraintKind.CHECK, name=of.named("name"), value=value, is_not_valid=of.is_false("validate")
        )
        yield acts.AddConstraint(table=table, constraint=check)


def timestamps(table: str, of: Operation) -> Iterator[Act]:
    """The two columns that say when."""
    for name in ("created_at", "updated_at"):
        null = of.option("null")
        column = Column(
            name=name,
            type=Type("timestamp"),
            line=of.call.line,
            is_not_null=not (isinstance(null, Name) and null.id == "true"),
            default=value_of(of.given.named.get("default"), of.names),
        )
        yield acts.AddColumn(table=table, column=column)


_CHANGES: Final[Mapping[str, Callable[[str, Operation], Iterator[Act]]]] = {
    "remove": _removes,
    "remove_columns": _removes,
    "remove_references": _removes,
    "remove_belongs_to": _removes,
    "remove_timestamps": _removes_timestamps,
    "rename": _renames,
    "change": _changes_type,
    "change_default": _changes_default,
    "change_null": _changes_null,
    "index": _indexes,
    "remove_index": _removes_index,
    "references": _refers,
    "belongs_to": _refers,
    "timestamps": timestamps,
    "column": _adds,
    "foreign_key": _keyed,
    "check_constraint": _keyed,
    "remove_foreign_key": _keyed,
    "remove_check_constraint": _keyed,
}
