"""What each operation of Django's migrations does to a database."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from weighbridge.facts.calls.forms import Arguments, Call, Form, Keyed, Listed, Name, Text, alike, called
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Constraint, ConstraintKind, Reference, Type, Value
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.rendered import NotWrittenError
from weighbridge.landscape.sql.tools._django_classes import FIELD, Classes
from weighbridge.landscape.sql.tools._django_conditions import condition
from weighbridge.landscape.sql.tools._django_fields import (
    KNOWN,
    Field,
    column_of,
    db_default,
    default_of,
    read_field,
    texts_of,
)
from weighbridge.landscape.sql.tools._django_history import History, fields_of


class Model:
    """The state that operations of one migration stand on: earlier migrations, and those before it in the same file."""

    def __init__(self, history: History, names: Names, *, classes: Classes | None = None) -> None:
        self.history = history
        self.names = names
        self._classes = classes
        self._tables: dict[str, str] = {}
        self._fields: dict[tuple[str, str], Field] = {}
        self._together: dict[tuple[str, str], set[tuple[str, ...]]] = {}

    def word(self, form: Form | None) -> str:
        """A string that must be written there."""
        value = self.names.of(form)
        if not isinstance(value, Text) or value.has_holes:
            raise NotWrittenError("a name is not written here")
        return value.value

    def table(self, model: str) -> str:
        """A model's table."""
        model = model.lower()
        return self._tables.get(model) or self.history.table(model)

    def set_table(self, model: str, table: str) -> None:
        """Keep what a model's table is from here on."""
        self._tables[model.lower()] = table

    def field(self, model: str, name: str) -> Field | None:
        """A field as it was before."""
        key = (model.lower(), name.lower())
        return self._fields.get(key) or self.history.field(*key)

    def plain(self, field: Field) -> Field:
        """A field as one of Django's, where its class in the tree says nothing else of the column."""
        if field.is_known or self._classes is None:
            return field
        kind = self._classes.stands_for(field.full, KNOWN, changing=FIELD)
        known = read_field(field.name, replace(field.call, name=kind), names=self.names) if kind else None
        return known if known is not None else field

    def set_field(self, model: str, field: Field) -> None:
        """Keep what a field is from here on."""
        self._fields[model.lower(), field.name.lower()] = field

    def together(self, model: str, what: str) -> set[tuple[str, ...]]:
        """The sets of fields of `unique_together` or `index_together` as they were before."""
        key = (model.lower(), what)
        if key not in self._together:
            self._together[key] = _sets(self.history.together(model, what), self.names) or set()
        return self._together[key]

    def set_together(self, model: str, what: str, *, sets: set[tuple[str, ...]]) -> None:
        """Keep what those are from here on."""
        self._together[model.lower(), what] = sets

    def columns(self, model: str, fields: tuple[str, ...]) -> tuple[str, ...]:
        """The columns of some fields; a name that no migration speaks of stands for itself."""
        known = ((name, self.field(model, name.lstrip("-"))) for name in fields)
        return tuple(field.column if field is not None else name.lstrip("-") for name, field in known)

    def target(self, to: str) -> str:
        """The table that a key points at."""
        if to == "user":
            to = self.history.user
        if not to:
            return ""
        app, _, model = to.rpartition(".")
        return self.history.table_in(app, model) if app and app != self.history.label.lower() else self.table(model)


def acts_of(operation: Call, model: Model) -> tuple[Act, ...] | None:
    """What an operation does; None where it is not known.

    Raises:
        NotWrittenError: it is known, and what it is given is not written there.
    """
    read = _OPERATIONS.get(operation.name)
    if read is not None:
        return tuple(read(Arguments(operation), model))
    if operation.name.endswith(("Extension", "Collation")) and not operation.name.startswith("Remove"):
        return (acts.Create(kind="extension", name=operation.name.removesuffix("Extension").lower()),)
    return None


def is_known(operation: Call) -> bool:
    """Whether an operation is called as one of Django's."""
    return operation.name in _OPERATIONS or operation.name in ("RunSQL", "RunPython", "SeparateDatabaseAndState")


def _field(given: Arguments, model: Model) -> tuple[str, Field]:
    """The model and the field of an operation on one."""
    name = model.word(given.get("model_name", 0))
    field = read_field(model.word(given.get("name", 1)).lower(), given.get("field", 2), names=model.names)
    if field is None:
        raise NotWrittenError("its field is not written here")
    return name, model.plain(field)


def _create_model(given: Arguments, model: Model) -> Iterator[Act]:
    name = model.word(given.get("name", 0))
    options = model.names.of(given.get("options", 2))
    stated = {k.value: v for k, v in options.pairs if isinstance(k, Text)} if isinstance(options, Keyed) else {}
    own = model.names.of(stated.get("db_table"))
    table = own.value.lower() if isinstance(own, Text) else f"{model.history.label}_{name}".lower()
    fields = fields_of(given, model.names)
    if fields is None:
        raise NotWrittenError("its fields are not written here")
    model.set_table(name, table)
    for field in fields:
        model.set_field(name, field)
    if any(isinstance(stated.get(each), Name) and stated[each].id == expected for each, expected in _NO_TABLE):  # type: ignore[union-attr] # asked before
        return
    fields = [model.plain(each) for each in fields]
    tables = {each.to: model.target(each.to) for each in fields if each.to == "user" and each.is_column}
    columns = tuple(column_of(each, model.names, table_of=tables) for each in fields if each.is_column)
    yield acts.CreateTable(table=table, columns=columns)
    for field in fields:
        if field.is_to_many and "through" not in Arguments(field.call).named:
            yield acts.CreateTable(table=f"{table}_{field.name}")


_NO_TABLE: Final = (("proxy", "True"), ("managed", "False"), ("abstract", "True"))


def _delete_model(given: Arguments, model: Model) -> Iterator[Act]:
    yield acts.DropTable(table=model.table(model.word(given.get("name", 0))), is_cascading=True)


def _add_field(given: Arguments, model: Model) -> Iterator[Act]:
    name, field = _field(given, model)
    table = model.table(name)
    model.set_field(name, field)
    if not field.is_column:
        if field.is_to_many and "through" not in Arguments(field.call).named:
            yield acts.CreateTable(table=f"{table}_{field.name}")
        return
    tables = {field.to: model.target(field.to)}
    column = column_of(field, model.names, table_of=tables)
    yield acts.AddColumn(table=table, column=column)
    if column.default is not None and "db_default" not in Arguments(field.call).named and not field.is_null:
        yield acts.SetDefault(table=table, column=column.name)
    if field.is_indexed:
        yield acts.CreateIndex(table=table, columns=(field.column,))


def _remove_field(given: Arguments, model: Model) -> Iterator[Act]:
    name, field = model.word(given.get("model_name", 0)), model.word(given.get("name", 1)).lower()
    known = model.field(name, field)
    table = model.table(name)
    if known is not None and known.is_to_many:
        if "through" not in Arguments(known.call).named:
            yield acts.DropTable(table=f"{table}_{field}", is_cascading=True)
        return
    if known is None or known.is_column:
        yield acts.DropColumn(table=table, column=known.column if known is not None else field)


def _rename_field(given: Arguments, model: Model) -> Iterator[Act]:
    name = model.word(given.get("model_name", 0))
    old, new = model.word(given.get("old_name", 1)).lower(), model.word(given.get("new_name", 2)).lower()
    known = model.field(name, old)
    table = model.table(name)
    if known is None:
        yield acts.RenameColumn(table=table, column=old, name=new)
        return
    after = read_field(new, known.call, names=model.names)
    if after is not None:
        model.set_field(name, after)
    if known.is_to_many:
        yield acts.RenameTable(table=f"{table}_{old}", name=f"{table}_{new}")
    elif after is not None and known.is_column and after.column != known.column:
        yield acts.RenameColumn(table=table, column=known.column, name=after.column)


def _alter_field(given: Arguments, model: Model) -> Iterator[Act]:
    name, after = _field(given, model)
    before = model.field(name, after.name)
    before = before and model.plain(before)
    if before is None:
        raise NotWrittenError(f"what `{after.name}` of `{name}` was before is in no migration here")
    model.set_field(name, after)
    if not before.is_column or not after.is_column:
        if before.is_column != after.is_column:
            raise NotWrittenError("a column becomes a table of its own, or the other way round")
        return
    table = model.table(name)
    if before.column != after.column:
        yield acts.RenameColumn(table=table, column=before.column, name=after.column)
    yield from _altered_type(table, before, after=after, model=model)
    yield from _altered_null(table, before, after=after, model=model)
    yield from _altered_keys(table, before, after=after, model=model)
    own = [Arguments(each.call).named.get("db_default") for each in (before, after)]
    if not alike(own[0], own[1]):
        value = db_default(own[1], model.names) if own[1] is not None else None
        yield acts.SetDefault(table=table, column=after.column, value=value)


def _altered_type(table: str, before: Field, *, after: Field, model: Model) -> Iterator[Act]:
    del model
    if before.to and after.to:
        return
    if not (before.is_known and after.is_known):
        if before.kind != after.kind or not _states_alike(before, after):
            yield acts.ChangeType(table=table, column=after.column, to=after.type, was=_known(before))
        return
    if before.to or after.to:
        if "AutoField" not in before.kind + after.kind and before.type.name not in ("integer", "bigint"):
            yield acts.ChangeType(table=table, column=after.column, to=after.type, was=_known(before))
        return
    if before.type != after.type:
        yield acts.ChangeType(table=table, column=after.column, to=after.type, was=_known(before))
    if not before.kind.startswith("Positive") and after.kind.startswith("Positive"):
        check = Value(f"{after.column} >= 0")
        found = Constraint(kind=ConstraintKind.CHECK, columns=(after.column,), value=check)
        yield acts.AddConstraint(table=table, constraint=found)


def _states_alike(one: Field, other: Field) -> bool:
    """Whether two fields of a class that nobody here knows are given the same."""
    return one.stated.keys() == other.stated.keys() and all(
        alike(value, other.stated[name]) for name, value in one.stated.items()
    )


def _known(field: Field) -> Type | None:
    return field.type if field.type.name else None


def _altered_null(table: str, before: Field, *, after: Field, model: Model) -> Iterator[Act]:
    if before.is_null and not after.is_null:
        if default_of(after, model.names) is not None:
            where = Value(f"{after.column} IS NULL")
            yield acts.Update(table=table, columns=(after.column,), where=where)
        yield acts.SetNotNull(table=table, column=after.column)
    elif after.is_null and not before.is_null:
        yield acts.DropNotNull(table=table, column=after.column)


def _altered_keys(table: str, before: Field, *, after: Field, model: Model) -> Iterator[Act]:
    columns = (after.column,)
    if after.is_unique and not before.is_unique and not before.is_primary:
        yield acts.AddConstraint(table=table, constraint=Constraint(kind=ConstraintKind.UNIQUE, columns=columns))
    elif before.is_unique and not after.is_unique and not after.is_primary:
        yield acts.DropConstraint(table=table, name=f"{before.column} (unique)", columns=(before.column,))
    if after.is_primary and not before.is_primary:
        yield acts.AddConstraint(table=table, constraint=Constraint(kind=ConstraintKind.PRIMARY_KEY, columns=columns))
    if after.is_indexed and not before.is_indexed and not before.is_unique:
        yield acts.CreateIndex(table=table, columns=columns)
    elif before.is_indexed and not after.is_indexed and not after.is_unique:
        yield acts.DropIndex(table=table, name=f"the index of {table}.{before.column}")
    had, has = bool(before.to and before.is_constrained), bool(after.to and after.is_constrained)
    if has and (not had or before.to.rpartition(".")[2] != after.to.rpartition(".")[2]):
        reference = Reference(model.target(after.to), ("id",))
        key = Constraint(kind=ConstraintKind.FOREIGN_KEY, columns=columns, reference=reference)
        yield acts.AddConstraint(table=table, constraint=key)
    elif had and not has:
        yield acts.DropConstraint(table=table, name=f"{before.column} (foreign key)")


def _rename_model(given: Arguments, model: Model) -> Iterator[Act]:
    old, new = model.word(given.get("old_name", 0)), model.word(given.get("new_name", 1))
    table = model.table(old)
    usual = f"{model.history.label}_{old}".lower()
    after = f"{model.history.label}_{new}".lower() if table.lower() == usual else table
    model.set_table(new, after)
    if after.lower() != table.lower():
        yield acts.RenameTable(table=table, name=after)


def _alter_table(given: Arguments, model: Model) -> Iterator[Act]:
    name = model.word(given.get("name", 0))
    value = model.names.of(given.get("table", 1))
    before = model.table(name)
    after = value.value if isinstance(value, Text) and value.value else f"{model.history.label}_{name}".lower()
    model.set_table(name, after)
    if after != before:
        yield acts.RenameTable(table=before, name=after)


def _together(what: str, given: Arguments, *, model: Model) -> Iterator[Act]:
    name = model.word(given.get("name", 0))
    table = model.table(name)
    after = _sets(given.get(what, 1), model.names)
    before = model.together(name, what)
    if after is None:
        raise NotWrittenError("its fields are not written here")
    model.set_together(name, what, sets=after)
    for each in sorted(before - after):
        columns = model.columns(name, each)
        if what == "unique_together":
            yield acts.DropConstraint(table=table, name=f"unique ({', '.join(columns)})", columns=columns)
        else:
            yield acts.DropIndex(table=table, name=f"the index of {table} ({', '.join(columns)})")
    for each in sorted(after - before):
        columns = model.columns(name, each)
        if what == "unique_together":
            yield acts.AddConstraint(table=table, constraint=Constraint(kind=ConstraintKind.UNIQUE, columns=columns))
        else:
            yield acts.CreateIndex(table=table, columns=columns)


def _sets(form: Form | None, names: Names) -> set[tuple[str, ...]] | None:
    """The sets of fields that a list holds; one set may stand without the list."""
    value = names.of(form)
    if isinstance(value, Call) and value.name in ("set", "list", "tuple"):
        value = names.of(value.arguments[0].value) if value.arguments else Listed(())
    if isinstance(value, Keyed) or (isinstance(value, Name) and value.id == "None"):
        return set()
    if not isinstance(value, Listed):
        return None
    if (one := texts_of(value, names)) is not None:
        return {one} if one else set()
    found = [texts_of(each, names) for each in value.items]
    return {each for each in found if each is not None} if None not in found else None


def _index(given: Arguments, model: Model, *, is_concurrent: bool) -> Iterator[Act]:
    name = model.word(given.get("model_name", 0))
    index = model.names.of(given.get("index", 1))
    if not isinstance(index, Call):
        raise NotWrittenError("its index is not written here")
    of = Arguments(index)
    fields = texts_of(of.get("fields"), model.names)
    columns = model.columns(name, fields) if fields else tuple(_spelled(each) for each in of.listed)
    own = model.names.of(of.get("name"))
    method = index.name.removesuffix("Index").lower()
    yield acts.CreateIndex(
        table=model.table(name),
        name=own.value if isinstance(own, Text) else "",
        columns=columns,
        is_concurrent=is_concurrent,
        method=method,
        where=condition(of.get("condition"), model.names),
    )


def _spelled(form: Form) -> str:
    return form.value if isinstance(form, Text) else called(form) + "()" if isinstance(form, Call) else "(…)"


def _remove_index(given: Arguments, model: Model, *, is_concurrent: bool) -> Iterator[Act]:
    table = model.table(model.word(given.get("model_name", 0)))
    yield acts.DropIndex(table=table, name=model.word(given.get("name", 1)), is_concurrent=is_concurrent)


def _add_constraint(given: Arguments, model: Model, *, is_not_valid: bool) -> Iterator[Act]:
    name = model.word(given.get("model_name", 0))
    stated = model.names.of(given.get("constraint", 1))
    if not isinstance(stated, Call):
        raise NotWrittenError("its constraint is not written here")
    of, table = Arguments(stated), model.table(name)
    own = model.names.of(of.get("name"))
    title = own.value if isinstance(own, Text) else ""
    if stated.name == "CheckConstraint":
        value = condition(of.get("condition") or of.get("check"), model.names) or Value("…")
        made = Constraint(kind=ConstraintKind.CHECK, name=title, value=value, is_not_valid=is_not_valid)
        yield acts.AddConstraint(table=table, constraint=made)
    elif stated.name == "UniqueConstraint":
        fields = texts_of(of.get("fields"), model.names)
        columns = model.columns(name, fields) if fields else tuple(_spelled(each) for each in of.listed)
        if of.listed or {"condition", "include", "opclasses"} & set(of.named):
            where = condition(of.get("condition"), model.names)
            yield acts.CreateIndex(table=table, name=title, columns=columns, is_unique=True, where=where)
        else:
            made = Constraint(kind=ConstraintKind.UNIQUE, name=title, columns=columns)
            yield acts.AddConstraint(table=table, constraint=made)
    elif stated.name == "ExclusionConstraint":
        yield acts.AddConstraint(table=table, constraint=Constraint(kind=ConstraintKind.EXCLUSION, name=title))
    else:
        raise NotWrittenError(f"what `{called(stated)}` asks of rows is not known here")


def _validate(given: Arguments, model: Model) -> Iterator[Act]:
    table = model.table(model.word(given.get("model_name", 0)))
    yield acts.ValidateConstraint(table=table, name=model.word(given.get("name", 1)))


def _remove_constraint(given: Arguments, model: Model) -> Iterator[Act]:
    name, title = model.word(given.get("model_name", 0)), model.word(given.get("name", 1))
    stated, table = model.history.constraint(name, title), model.table(name)
    named = Arguments(stated).named if stated is not None else {}
    if stated is not None and stated.name == "UniqueConstraint" and {"condition", "include", "opclasses"} & set(named):
        yield acts.DropIndex(table=table, name=title)
    else:
        yield acts.DropConstraint(table=table, name=title)


def _nothing(given: Arguments, model: Model) -> Iterator[Act]:
    del given, model
    yield acts.Remark(kind="state")


def _ordered(given: Arguments, model: Model) -> Iterator[Act]:
    value = given.get("order_with_respect_to", 1)
    table = model.table(model.word(given.get("name", 0)))
    if isinstance(value, Text):
        column = acts.Column(
            name="_order",
            type=acts.Type("integer"),
            line=value.line,
            is_not_null=True,
            default=Value("0", is_constant=True),
        )
        yield acts.AddColumn(table=table, column=column)
    else:
        yield acts.DropColumn(table=table, column="_order")


def _rename_index(given: Arguments, model: Model) -> Iterator[Act]:
    del model
    yield acts.AlterOther(what="alter index") if given.named or given.listed else acts.Remark(kind="state")


_OPERATIONS: Final[Mapping[str, Callable[[Arguments, Model], Iterator[Act]]]] = {
    "CreateModel": _create_model,
    "DeleteModel": _delete_model,
    "AddField": _add_field,
    "RemoveField": _remove_field,
    "RenameField": _rename_field,
    "AlterField": _alter_field,
    "RenameModel": _rename_model,
    "AlterModelTable": _alter_table,
    "AlterUniqueTogether": lambda given, model: _together("unique_together", given, model=model),
    "AlterIndexTogether": lambda given, model: _together("index_together", given, model=model),
    "AlterOrderWithRespectTo": _ordered,
    "AddIndex": lambda given, model: _index(given, model, is_concurrent=False),
    "AddIndexConcurrently": lambda given, model: _index(given, model, is_concurrent=True),
    "RemoveIndex": lambda given, model: _remove_index(given, model, is_concurrent=False),
    "RemoveIndexConcurrently": lambda given, model: _remove_index(given, model, is_concurrent=True),
    "RenameIndex": _rename_index,
    "AddConstraint": lambda given, model: _add_constraint(given, model, is_not_valid=False),
    "AddConstraintNotValid": lambda given, model: _add_constraint(given, model, is_not_valid=True),
    "ValidateConstraint": _validate,
    "RemoveConstraint": _remove_constraint,
    "AlterConstraint": _nothing,
    "AlterModelOptions": _nothing,
    "AlterModelManagers": _nothing,
    "AlterModelTableComment": _nothing,
}
