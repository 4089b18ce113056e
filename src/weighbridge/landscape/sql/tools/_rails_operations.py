"""What each of a Rails migration's own methods does to a database."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from weighbridge.facts.calls.forms import Listed, Name, Text
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Constraint, ConstraintKind, Reference, Value
from weighbridge.landscape.sql.column_types import on_delete
from weighbridge.landscape.sql.rendered import NotWrittenError
from weighbridge.landscape.sql.tools._rails_columns import (
    Operation,
    column_of,
    index_options,
    reference_acts,
    timestamps,
    type_of,
    value_of,
)
from weighbridge.landscape.sql.tools._texts import text_of


def acts_of(operation: Operation) -> tuple[Act, ...] | None:
    """What a method does; None where it is none of a migration's own.

    Raises:
        NotWrittenError: it is one, and what it is given is not written there.
    """
    read = _OPERATIONS.get(operation.call.name)
    return None if read is None else tuple(read(operation))


def _add_column(o: Operation) -> Iterator[Act]:
    table, column = o.table(), o.word(o.at(1))
    yield acts.AddColumn(
        table=table, column=column_of(column, o.at(2), operation=o), is_conditional=o.given.is_true("if_not_exists")
    )
    if o.given.is_true("index"):
        yield acts.CreateIndex(table=table, columns=(column,))


def _add_columns(o: Operation) -> Iterator[Act]:
    for each in o.given.listed[1:]:
        yield acts.AddColumn(table=o.table(), column=column_of(o.word(each), o.option("type"), operation=o))


def _remove_column(o: Operation) -> Iterator[Act]:
    yield acts.DropColumn(table=o.table(), column=o.word(o.at(1)), is_conditional=o.given.is_true("if_exists"))


def _remove_columns(o: Operation) -> Iterator[Act]:
    for each in o.given.listed[1:]:
        yield acts.DropColumn(table=o.table(), column=o.word(each))


def _change_column(o: Operation) -> Iterator[Act]:
    table, column = o.table(), o.word(o.at(1))
    using = text_of(o.option("using"), o.names)
    yield acts.ChangeType(
        table=table, column=column, to=type_of(o.at(2), o), using=Value(using.value) if using is not None else None
    )
    if o.is_false("null"):
        yield acts.SetNotNull(table=table, column=column)
    elif o.given.is_true("null"):
        yield acts.DropNotNull(table=table, column=column)
    if "default" in o.given.named:
        yield acts.SetDefault(table=table, column=column, value=value_of(o.given.named["default"], o.names))


def _change_null(o: Operation) -> Iterator[Act]:
    table, column, value = o.table(), o.word(o.at(1)), o.names.of(o.at(2))
    if isinstance(value, Name) and value.id == "true":
        yield acts.DropNotNull(table=table, column=column)
        return
    if not (isinstance(value, Name) and value.id == "false"):
        raise NotWrittenError("whether it may be empty is not written here")
    if o.at(3) is not None:
        yield acts.Update(table=table, columns=(column,), where=Value(f"{column} IS NULL"))
    yield acts.SetNotNull(table=table, column=column)


def _change_default(o: Operation) -> Iterator[Act]:
    value = o.given.named.get("to") or o.at(2)
    yield acts.SetDefault(table=o.table(), column=o.word(o.at(1)), value=value_of(value, o.names))


def _rename_column(o: Operation) -> Iterator[Act]:
    yield acts.RenameColumn(table=o.table(), column=o.word(o.at(1)), name=o.word(o.at(2)))


def _rename_table(o: Operation) -> Iterator[Act]:
    yield acts.RenameTable(table=o.table(), name=o.word(o.at(1)))


def _add_index(o: Operation) -> Iterator[Act]:
    value = o.names.of(o.at(1))
    if isinstance(value, Text):
        columns: tuple[str, ...] = (value.value,)
    elif isinstance(value, Listed):
        columns = tuple(text.value if (text := text_of(each, o.names)) is not None else "…" for each in value.items)
    else:
        raise NotWrittenError("its columns are not written here")
    yield index_options(o.table(), columns, operation=o)


def _remove_index(o: Operation) -> Iterator[Act]:
    listed = o.names.of(o.at(1)) or o.option("column")
    parts = listed.items if isinstance(listed, Listed) else (listed,)
    said = "_and_".join(each.value for each in parts if isinstance(each, Text))
    table = o.table()
    yield acts.DropIndex(
        table=table,
        name=o.named("name") or f"index_{table}_on_{said}",
        is_concurrent=o.named("algorithm") == "concurrently",
        is_conditional=o.given.is_true("if_exists"),
    )


def _foreign_key(o: Operation) -> Iterator[Act]:
    to = o.word(o.at(1), "the table's name")
    singular = to.removesuffix("s")
    yield acts.AddConstraint(
        table=o.table(),
        constraint=Constraint(
            kind=ConstraintKind.FOREIGN_KEY,
            name=o.named("name"),
            columns=(o.named("column") or f"{singular}_id",),
            reference=Reference(to, on_delete=on_delete(o.named("on_delete"))),
            is_not_valid=o.is_false("validate"),
        ),
    )


def _remove_foreign_key(o: Operation) -> Iterator[Act]:
    to = o.names.of(o.at(1)) or o.option("to_table")
    name = o.named("name") or (f"the key to {to.value}" if isinstance(to, Text) else f"the key of {o.named('column')}")
    yield acts.DropConstraint(table=o.table(), name=name)


def _check(o: Operation) -> Iterator[Act]:
    text = text_of(o.at(1), o.names)
    made = Constraint(
        kind=ConstraintKind.CHECK,
        name=o.named("name"),
        value=Value(text.value if text is not None else "…"),
        is_not_valid=o.is_false("validate"),
    )
    yield acts.AddConstraint(table=o.table(), constraint=made)


def _validate(o: Operation) -> Iterator[Act]:
    second = o.names.of(o.at(1))
    said = second.value if isinstance(second, Text) else o.named("to_table") or o.named("column")
    yield acts.ValidateConstraint(table=o.table(), name=o.named("name") or said)


def _drop_constraint(o: Operation) -> Iterator[Act]:
    second = o.names.of(o.at(1))
    yield acts.DropConstraint(
        table=o.table(), name=o.named("name") or (second.value if isinstance(second, Text) else "")
    )


def _unique(o: Operation) -> Iterator[Act]:
    columns = o.words(o.at(1)) if o.at(1) is not None else ()
    made = Constraint(kind=ConstraintKind.UNIQUE, name=o.named("name"), columns=columns, index=o.named("using_index"))
    yield acts.AddConstraint(table=o.table(), constraint=made)


def _exclusion(o: Operation) -> Iterator[Act]:
    yield acts.AddConstraint(
        table=o.table(), constraint=Constraint(kind=ConstraintKind.EXCLUSION, name=o.named("name"))
    )


def _primary(o: Operation) -> Iterator[Act]:
    made = Constraint(kind=ConstraintKind.PRIMARY_KEY, columns=o.words(o.at(1)))
    yield acts.AddConstraint(table=o.table(), constraint=made)


def _reference(o: Operation) -> Iterator[Act]:
    yield from reference_acts(o.table(), o.word(o.at(1)), operation=o)


def _remove_reference(o: Operation) -> Iterator[Act]:
    yield acts.DropColumn(table=o.table(), column=f"{o.word(o.at(1))}_id")
    if o.given.is_true("polymorphic"):
        yield acts.DropColumn(table=o.table(), column=f"{o.word(o.at(1))}_type")


def _drop_table(o: Operation) -> Iterator[Act]:
    for each in o.given.listed:
        yield acts.DropTable(
            table=o.word(each, "the table's name"),
            is_conditional=o.given.is_true("if_exists"),
            is_cascading=o.named("force") == "cascade",
        )


def _drop_join(o: Operation) -> Iterator[Act]:
    yield acts.DropTable(table=o.named("table_name") or "_".join(sorted(o.word(each) for each in o.given.listed[:2])))


def _timestamps(o: Operation) -> Iterator[Act]:
    yield from timestamps(o.table(), o)


def _remove_timestamps(o: Operation) -> Iterator[Act]:
    for column in ("created_at", "updated_at"):
        yield acts.DropColumn(table=o.table(), column=column)


def _extension(o: Operation) -> Iterator[Act]:
    name = o.word(o.at(0))
    if o.call.name == "enable_extension":
        yield acts.Create(kind="extension", name=name)
    else:
        yield acts.Drop(kind="extension", name=name)


def _schema(o: Operation) -> Iterator[Act]:
    name = o.word(o.at(0))
    yield acts.Drop(kind="schema", name=name) if o.call.name == "drop_schema" else acts.Create(kind="schema", name=name)


def _enum(o: Operation) -> Iterator[Act]:
    name, second = o.word(o.at(0)), o.names.of(o.at(1))
    match o.call.name:
        case "create_enum":
            yield acts.Create(kind="type", name=name)
        case "drop_enum":
            yield acts.Drop(kind="type", name=name)
        case "add_enum_value":
            yield acts.AlterEnum(name=name, value=second.value if isinstance(second, Text) else "")
        case "rename_enum_value":
            yield acts.AlterEnum(name=name, value=o.named("to"), old=o.named("from"))
        case _:
            yield acts.AlterOther(what="alter type")


def _view(o: Operation) -> Iterator[Act]:
    name = o.word(o.at(0))
    if o.call.name in ("drop_view", "update_view"):
        yield acts.Drop(kind="view", name=name)
    if o.call.name != "drop_view":
        yield acts.Create(kind="view", name=name, is_replacing=o.call.name == "replace_view")


def _virtual_table(o: Operation) -> Iterator[Act]:
    yield acts.CreateTable(table=o.table())


def _comment(o: Operation) -> Iterator[Act]:
    del o
    yield acts.Remark(kind="comment")


def _change_table(o: Operation) -> Iterator[Act]:
    raise NotWrittenError(f"what is done to `{o.table()}` is not written here")


_OPERATIONS: Final[Mapping[str, Callable[[Operation], Iterator[Act]]]] = {
    "add_column": _add_column,
    "add_columns": _add_columns,
    "remove_column": _remove_column,
    "remove_columns": _remove_columns,
    "change_column": _change_column,
    "change_column_null": _change_null,
    "change_column_default": _change_default,
    "rename_column": _rename_column,
    "rename_table": _rename_table,
    "add_index": _add_index,
    "remove_index": _remove_index,
    "rename_index": _comment,
    "add_foreign_key": _foreign_key,
    "remove_foreign_key": _remove_foreign_key,
    "validate_foreign_key": _validate,
    "add_check_constraint": _check,
    "validate_check_constraint": _validate,
    "validate_constraint": _validate,
    "remove_check_constraint": _drop_constraint,
    "remove_unique_constraint": _drop_constraint,
    "remove_exclusion_constraint": _drop_constraint,
    "add_unique_constraint": _unique,
    "add_exclusion_constraint": _exclusion,
    "add_primary_key": _primary,
    "add_reference": _reference,
    "add_belongs_to": _reference,
    "remove_reference": _remove_reference,
    "remove_belongs_to": _remove_reference,
    "drop_table": _drop_table,
    "drop_join_table": _drop_join,
    "add_timestamps": _timestamps,
    "remove_timestamps": _remove_timestamps,
    "enable_extension": _extension,
    "disable_extension": _extension,
    "create_schema": _schema,
    "drop_schema": _schema,
    "create_enum": _enum,
    "drop_enum": _enum,
    "rename_enum": _enum,
    "add_enum_value": _enum,
    "rename_enum_value": _enum,
    "change_table_comment": _comment,
    "change_column_comment": _comment,
    "change_table": _change_table,
    "create_view": _view,
    "update_view": _view,
    "replace_view": _view,
    "drop_view": _view,
    "create_virtual_table": _virtual_table,
}
