"""What each of Alembic's operations does to a database."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from weighbridge.facts.calls.forms import NOTHING, Arguments, Call, Form, Listed, Name, Number, Text, called, dotted
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Column, Constraint, ConstraintKind, Reference, Type, Value
from weighbridge.facts.sql.reading import read_deeds
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.column_types import on_delete
from weighbridge.landscape.sql.rendered import NotWrittenError
from weighbridge.landscape.sql.tools._alembic_constraints import constraint_of, named
from weighbridge.landscape.sql.tools._texts import text_of

_TYPES: Final = {
    "string": "varchar", "varchar": "varchar", "unicode": "varchar", "text": "text", "unicodetext": "text", "integer": "integer",
    "int": "integer", "biginteger": "bigint", "bigint": "bigint", "smallinteger": "smallint", "smallint": "smallint", "boolean": "boolean",
    "datetime": "timestamp", "timestamp": "timestamp", "date": "date", "time": "time", "float": "double precision", "double": "double precision",
    "double_precision": "double precision", "real": "real", "numeric": "numeric", "decimal": "numeric", "largebinary": "bytea", "bytea": "bytea",
    "json": "json", "jsonb": "jsonb", "uuid": "uuid", "interval": "interval", "inet": "inet", "cidr": "cidr", "citext": "citext",
    "hstore": "hstore", "tsvector": "tsvector", "char": "char", "enum": "enum", "oid": "oid", "bit": "bit", "money": "money",
}  # fmt: skip
_LENGTHS: Final = ("varchar", "char", "numeric")


class Operation:
    """One call of `op`, or of a batch on a table, with what names stand for there."""

    def __init__(self, call: Call, names: Names, *, batch: Form | None) -> None:
        self.call = call
        self.given = Arguments(call)
        self.names = names
        self._batch = batch
        self.shift = 0 if batch is None else -1
        """How much earlier arguments stand: a batch knows its table."""

    def word(self, form: Form | None, what: str = "a name") -> str:
        """A string that must be written there."""
        value = self.names.of(form)
        if isinstance(value, Call) and value.name == "f" and value.arguments:
            value = self.names.of(value.arguments[0].value)
        if isinstance(value, Text) and value.has_holes:
            value = text_of(value, self.names)
        if not isinstance(value, Text) or value.has_holes:
            raise NotWrittenError(f"{what} is not written here")
        return value.value

    def at(self, name: str, position: int) -> Form | None:
        """An argument by name or by its place in a call without a batch."""
        return self.given.get(name, position + self.shift if position >= 0 else -1)

    def table(self, *, name: str = "table_name", position: int = 0) -> str:
        """The table it is about."""
        found = self.word(
            self._batch if self._batch is not None else self.given.get(name, position), "the table's name"
        )
        schema = self.names.of(self.given.named.get("schema"))
        return f"{schema.value}.{found}" if isinstance(schema, Text) and schema.value else found

    def name(self, form: Form | None) -> str:
        """A name that may be left out."""
        value = self.names.of(form)
        if value is None or (isinstance(value, Name) and value.id in NOTHING):
            return ""
        return self.word(value)

    def label(self, form: Form | None) -> str:
        """A name by which nothing is decided: what of it is put together is left out."""
        try:
            return self.name(form)
        except NotWrittenError:
            value = self.names.of(form)
            return value.value.replace("{}", "…") if isinstance(value, Text) else ""

    def columns(self, form: Form | None) -> tuple[str, ...]:
        """The columns of an index, which locks its table whichever they are."""
        try:
            return self.words(form, "its columns")
        except NotWrittenError:
            return ("…",)

    def says(self, name: str) -> bool:
        """Whether an argument says yes."""
        return self.given.is_true(name)

    def words(self, form: Form | None, what: str) -> tuple[str, ...]:
        """Strings that must be written there."""
        value = self.names.of(form)
        if isinstance(value, Text):
            return (value.value,)
        if not isinstance(value, Listed):
            raise NotWrittenError(f"{what} are not written here")
        return tuple(self._spelled(each) for each in value.items)

    def _spelled(self, form: Form) -> str:
        value = self.names.of(form)
        text = text_of(value, self.names)
        if text is not None:
            return text.value
        if isinstance(value, Call):
            return f"{called(value)}(…)"
        raise NotWrittenError("a column is not written here")


def acts_of(operation: Operation) -> tuple[Act, ...] | None:
    """What an operation does; None where it is not known.

    Raises:
        NotWrittenError: it is known, and what it is given is not written there.
    """
    read = _OPERATIONS.get(operation.call.name)
    return None if read is None else tuple(read(operation))


def type_of(form: Form | None, names: Names) -> Type:
    """A type as SQLAlchemy calls it; one without a name where it is not known."""
    value = names.of(form)
    if isinstance(value, Name):
        return Type(_TYPES.get(value.id.rpartition(".")[2].lower(), ""))
    if not isinstance(value, Call):
        return Type("")
    given = Arguments(value)
    if value.name == "ARRAY":
        inner = type_of(given.get("item_type", 0), names)
        return Type(inner.name, inner.given, is_array=True)
    if value.name == "with_variant" and value.of is not None:
        return type_of(value.of, names)
    name = _TYPES.get(value.name.lower(), "")
    if name.startswith("time") and given.is_true("timezone"):
        name += " with time zone"
    numbers = [
        names.of(each)
        for each in (*given.listed, *(given.named[n] for n in ("length", "precision", "scale") if n in given.named))
    ]
    sizes = tuple(each.value for each in numbers if isinstance(each, Number)) if name in _LENGTHS else ()
    return Type(name, sizes)


def _value_of(form: Form | None, names: Names) -> Value | None:
    """What `server_default` says."""
    value = names.of(form)
    if value is None or (isinstance(value, Name) and value.id in (*NOTHING, "False")):
        return None
    if isinstance(value, Text):
        return Value(f"'{value.value}'", is_constant=True)
    text = text_of(value, names)
    return sql_value(text.value) if text is not None else _value_called(value)


def _value_called(value: Form) -> Value:
    """A default that is a function of SQLAlchemy's, or a constant of it: `sa.func.now()`, `sa.false()`, `True`."""
    if isinstance(value, Call):
        name = value.name.lower()
        return Value(f"{name}()", () if name in ("true", "false", "null") else (name,), name in ("true", "false"))
    name = dotted(value).rpartition(".")[2].lower()
    return Value(name or "…", is_constant=bool(name))


def sql_value(text: str) -> Value:
    """An expression as SQL reads it."""
    for deed in read_deeds(f"ALTER TABLE t ALTER COLUMN c SET DEFAULT {text}").statements:
        for act in deed.acts:
            if isinstance(act, acts.SetDefault) and act.value is not None:
                return act.value
    return Value(text)


def column_of(form: Form | None, operation: Operation) -> Column:
    """A column as `sa.Column` states it."""
    names = operation.names
    call = names.of(form)
    if not isinstance(call, Call) or not call.name.endswith("Column"):
        raise NotWrittenError("its column is not written here")
    given = Arguments(call)
    name = operation.word(given.get("name", 0))
    parts = [names.of(each) for each in given.listed[1:]]
    constraints = [
        made for each in parts if isinstance(each, Call) and (made := _of_column(each, name, operation=operation))
    ]
    is_primary = given.is_true("primary_key")
    if is_primary:
        constraints.append(Constraint(kind=ConstraintKind.PRIMARY_KEY, columns=(name,)))
    if given.is_true("unique"):
        constraints.append(Constraint(kind=ConstraintKind.UNIQUE, columns=(name,)))
    generated = ""
    for each in parts:
        if isinstance(each, Call) and each.name == "Computed":
            generated = (
                "virtual"
                if isinstance(w := Arguments(each).named.get("persisted"), Name) and w.id == "False"
                else "stored"
            )
        elif isinstance(each, Call) and each.name == "Identity":
            generated = "identity"
    kinds = [each for each in parts if not (isinstance(each, Call) and each.name in _NO_TYPES)]
    nullable = given.named.get("nullable")
    return Column(
        name=name,
        type=type_of(given.named.get("type_") or (kinds[0] if kinds else None), names),
        line=call.line,
        is_not_null=is_primary or (isinstance(nullable, Name) and nullable.id == "False"),
        default=_value_of(given.named.get("server_default"), names),
        generated=generated,
        constraints=tuple(constraints),
    )


_NO_TYPES: Final = (
    "ForeignKey",
    "CheckConstraint",
    "UniqueConstraint",
    "Computed",
    "Identity",
    "Sequence",
    "PrimaryKeyConstraint",
)


def _of_column(call: Call, column: str, *, operation: Operation) -> Constraint | None:
    given = Arguments(call)
    if call.name == "ForeignKey":
        to = operation.names.of(given.get("column", 0))
        table, _, key = to.value.rpartition(".") if isinstance(to, Text) else ("", "", "")
        reference = Reference(table, (key,) if key else ())
        return Constraint(
            kind=ConstraintKind.FOREIGN_KEY, name=named(given, operation.names), columns=(column,), reference=reference
        )
    if call.name == "CheckConstraint":
        text = text_of(given.get("sqltext", 0), operation.names)
        value = Value(text.value if text is not None else "…")
        return Constraint(kind=ConstraintKind.CHECK, name=named(given, operation.names), columns=(column,), value=value)
    return None


def _add_column(o: Operation) -> Iterator[Act]:
    column = column_of(o.at("column", 1), o)
    table = o.table()
    yield acts.AddColumn(table=table, column=column, is_conditional=o.says("if_not_exists"))
    stated = o.names.of(o.at("column", 1))
    if isinstance(stated, Call) and Arguments(stated).is_true("index"):
        yield acts.CreateIndex(table=table, columns=(column.name,))


def _drop_column(o: Operation) -> Iterator[Act]:
    yield acts.DropColumn(table=o.table(), column=o.word(o.at("column_name", 1)), is_conditional=o.says("if_exists"))


def _alter_column(o: Operation) -> Iterator[Act]:
    table, column = o.table(), o.word(o.at("column_name", 1))
    named = o.given.named
    if (kind := named.get("type_")) is not None:
        to, before = type_of(kind, o.names), type_of(named.get("existing_type"), o.names)
        using = o.names.of(named.get("postgresql_using"))
        value = Value(using.value) if isinstance(using, Text) else None
        yield acts.ChangeType(
            table=table, column=column, to=to, using=value, was=before if before.name and to.name else None
        )
    if (nullable := named.get("nullable")) is not None:
        says = o.names.of(nullable)
        if isinstance(says, Name) and says.id == "False":
            yield acts.SetNotNull(table=table, column=column)
        elif isinstance(says, Name) and says.id == "True":
            yield acts.DropNotNull(table=table, column=column)
        else:
            raise NotWrittenError("whether it may be empty is not written here")
    if "server_default" in named:
        yield acts.SetDefault(table=table, column=column, value=_value_of(named["server_default"], o.names))
    renamed = named.get("new_column_name") or named.get("name")
    if renamed is not None:
        yield acts.RenameColumn(table=table, column=column, name=o.word(renamed))
    if "comment" in named or not set(named) - _EXISTING:
        yield acts.Remark(kind="comment")


_EXISTING: Final = {
    "existing_type",
    "existing_nullable",
    "existing_server_default",
    "existing_comment",
    "schema",
    "autoincrement",
}


def _create_index(o: Operation) -> Iterator[Act]:
    where = text_of(o.given.named.get("postgresql_where"), o.names)
    method = o.names.of(o.given.named.get("postgresql_using"))
    yield acts.CreateIndex(
        table=o.table(position=1),
        name=o.label(o.given.get("index_name", 0)),
        columns=o.columns(o.at("columns", 2)),
        is_unique=o.says("unique"),
        is_concurrent=o.says("postgresql_concurrently"),
        is_conditional=o.says("if_not_exists"),
        method=method.value if isinstance(method, Text) else "",
        where=Value(where.value) if where is not None else None,
    )


def _drop_index(o: Operation) -> Iterator[Act]:
    try:
        table = o.table(position=1)
    except NotWrittenError:
        table = ""
    yield acts.DropIndex(
        table=table,
        name=o.name(o.given.get("index_name", 0)),
        is_concurrent=o.says("postgresql_concurrently"),
        is_conditional=o.says("if_exists"),
    )


def _foreign_key(o: Operation) -> Iterator[Act]:
    to = o.word(o.at("referent_table", 2), "the table's name")
    columns = o.words(o.at("local_cols", 3), "its columns")
    deleted = text_of(o.given.get("ondelete"), o.names)
    reference = Reference(
        to, o.words(o.at("remote_cols", 4), "its columns"), on_delete(deleted.value if deleted is not None else "")
    )
    yield acts.AddConstraint(
        table=o.table(name="source_table", position=1),
        constraint=Constraint(
            kind=ConstraintKind.FOREIGN_KEY,
            name=o.name(o.given.get("constraint_name", 0)),
            columns=columns,
            reference=reference,
            is_not_valid=o.says("postgresql_not_valid"),
        ),
    )


def _check(o: Operation) -> Iterator[Act]:
    text = text_of(o.at("condition", 2), o.names)
    made = Constraint(
        kind=ConstraintKind.CHECK,
        name=o.name(o.given.get("constraint_name", 0)),
        value=Value(text.value if text is not None else "…"),
        is_not_valid=o.says("postgresql_not_valid"),
    )
    yield acts.AddConstraint(table=o.table(position=1), constraint=made)


def _key(kind: ConstraintKind, o: Operation) -> Iterator[Act]:
    index = o.names.of(o.given.named.get("postgresql_using_index"))
    columns = o.words(o.at("columns", 2), "its columns")
    made = Constraint(
        kind=kind,
        name=o.name(o.given.get("constraint_name", 0)),
        columns=columns,
        index=index.value if isinstance(index, Text) else "",
    )
    yield acts.AddConstraint(table=o.table(position=1), constraint=made)


def _exclusion(o: Operation) -> Iterator[Act]:
    made = Constraint(kind=ConstraintKind.EXCLUSION, name=o.name(o.given.get("constraint_name", 0)))
    yield acts.AddConstraint(table=o.table(position=1), constraint=made)


def _drop_constraint(o: Operation) -> Iterator[Act]:
    yield acts.DropConstraint(
        table=o.table(position=1), name=o.name(o.given.get("constraint_name", 0)), is_conditional=o.says("if_exists")
    )


def _rename_table(o: Operation) -> Iterator[Act]:
    yield acts.RenameTable(table=o.table(name="old_table_name"), name=o.word(o.given.get("new_table_name", 1)))


def _create_table(o: Operation) -> Iterator[Act]:
    table = o.table()
    columns: list[Column] = []
    constraints: list[Constraint] = []
    for each in o.given.listed[1:]:
        value = o.names.of(each)
        if isinstance(value, Call) and (made := constraint_of(value, o.names)) is not None:
            constraints.append(made)
        if isinstance(value, Call) and value.name.endswith("Column"):
            try:
                columns.append(column_of(value, o))
            except NotWrittenError:
                continue
    is_conditional = o.says("if_not_exists")
    yield acts.CreateTable(
        table=table, columns=tuple(columns), constraints=tuple(constraints), is_conditional=is_conditional
    )


def _drop_table(o: Operation) -> Iterator[Act]:
    yield acts.DropTable(table=o.table(), is_conditional=o.says("if_exists"))


def _bulk_insert(o: Operation) -> Iterator[Act]:
    form = o.names.of(o.given.get("table", 0))
    name = o.names.of(Arguments(form).get("name", 0)) if isinstance(form, Call) else None
    yield acts.Insert(table=name.value if isinstance(name, Text) else "")


_OPERATIONS: Final[Mapping[str, Callable[[Operation], Iterator[Act]]]] = {
    "add_column": _add_column,
    "drop_column": _drop_column,
    "alter_column": _alter_column,
    "create_index": _create_index,
    "drop_index": _drop_index,
    "create_foreign_key": _foreign_key,
    "create_check_constraint": _check,
    "create_unique_constraint": lambda o: _key(ConstraintKind.UNIQUE, o),
    "create_primary_key": lambda o: _key(ConstraintKind.PRIMARY_KEY, o),
    "create_exclude_constraint": _exclusion,
    "drop_constraint": _drop_constraint,
    "rename_table": _rename_table,
    "create_table": _create_table,
    "drop_table": _drop_table,
    "bulk_insert": _bulk_insert,
}
