"""Tables as Knex builds and alters them: each chain in the function is a column or a change."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.calls.forms import Block, Call, Form, Listed, Name, Number, Text
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Column, Constraint, ConstraintKind, Reference, Type, Value
from weighbridge.landscape.sql.rendered import Names
from weighbridge.landscape.sql.tools._rails_columns import sql_type
from weighbridge.landscape.sql.tools._script_values import NotWrittenError, constant, options_of, word, words

_TYPES: Final = {
    "string": "varchar", "text": "text", "integer": "integer", "int": "integer", "tinyint": "smallint", "smallint": "smallint", "mediumint": "integer",
    "bigint": "bigint", "bigInteger": "bigint", "float": "real", "double": "double precision", "decimal": "numeric", "boolean": "boolean",
    "date": "date", "datetime": "timestamp with time zone", "dateTime": "timestamp with time zone", "time": "time", "timestamp": "timestamp with time zone",
    "binary": "bytea", "json": "json", "jsonb": "jsonb", "uuid": "uuid", "enu": "enum", "enum": "enum", "geometry": "geometry", "point": "point",
    "increments": "integer", "bigIncrements": "bigint", "specificType": "",
}  # fmt: skip


def _chain(form: Form | None, names: tuple[str, ...]) -> list[Call]:
    """A chain of calls that begins with one of these names, the first first."""
    found: list[Call] = []
    while isinstance(form, Call):
        found.append(form)
        form = form.of
    return found[::-1] if isinstance(form, Name) and form.id in names else []


def _chains(block: Form | None, names: Names) -> Iterator[list[Call]]:
    value = names.of(block)
    if not isinstance(value, Block):
        raise NotWrittenError("what is done to the table is not written here")
    waiting = list(reversed(value.body))
    while waiting:
        each = waiting.pop()
        waiting += reversed(each.body)
        if found := _chain(each.value, value.takes):
            yield found


def created(call: Call, names: Names) -> Iterator[Act]:
    """A table that is made."""
    given = [each.value for each in call.arguments]
    table = word(given[0] if given else None, names, "the table's name")
    columns: list[Column] = []
    for chain in _chains(given[-1] if len(given) > 1 else None, names):
        if chain[0].name in _TYPES:
            columns.append(_column(chain, names))
    yield acts.CreateTable(table=table, columns=tuple(columns), is_conditional=call.name != "createTable")


def altered(call: Call, names: Names) -> Iterator[tuple[Call, tuple[Act, ...]]]:
    """What each chain does to a table, with its call."""
    given = [each.value for each in call.arguments]
    table = word(given[0], names, "the table's name")
    for chain in _chains(given[-1], names):
        yield chain[-1], tuple(_change(table, chain, names))


def _named(chain: list[Call], name: str) -> Call | None:
    return next((each for each in chain if each.name == name), None)


def _at(call: Call, position: int) -> Form | None:
    return call.arguments[position].value if position < len(call.arguments) else None


def _column(chain: list[Call], names: Names) -> Column:
    first = chain[0]
    default, nullable = _named(chain, "defaultTo"), _named(chain, "nullable")
    is_open = nullable is not None and not (isinstance(v := names.of(_at(nullable, 0)), Name) and v.id == "false")
    constraints: list[Constraint] = []
    name = "id" if "ncrements" in first.name and not first.arguments else word(_at(first, 0), names)
    if _named(chain, "unique") is not None:
        constraints.append(Constraint(kind=ConstraintKind.UNIQUE, columns=(name,)))
    if _named(chain, "primary") is not None or "ncrements" in first.name:
        constraints.append(Constraint(kind=ConstraintKind.PRIMARY_KEY, columns=(name,)))
    to = _referenced(chain, names)
    if to:
        constraints.append(Constraint(kind=ConstraintKind.FOREIGN_KEY, columns=(name,), reference=Reference(to)))
    return Column(
        name=name,
        type=_type(first, names),
        line=first.line,
        is_not_null=_named(chain, "notNullable") is not None or (nullable is not None and not is_open),
        default=constant(_at(default, 0), names) if default is not None else None,
        generated="identity" if "ncrements" in first.name else "",
        constraints=tuple(constraints),
    )


def _type(call: Call, names: Names) -> Type:
    if call.name == "specificType":
        stated = names.of(_at(call, 1))
        return next(sql_type(stated.value), Type("")) if isinstance(stated, Text) else Type("")
    size = names.of(_at(call, 1))
    if call.name == "string":
        return Type("varchar", (size.value if isinstance(size, Number) else "255",))
    if call.name == "decimal":
        scale = names.of(_at(call, 2))
        return Type("numeric", tuple(each.value for each in (size, scale) if isinstance(each, Number)))
    return Type(_TYPES[call.name])


def _referenced(chain: list[Call], names: Names) -> str:
    inside = _named(chain, "inTable") or _named(chain, "on")
    to = names.of(_at(inside, 0)) if inside is not None else None
    if isinstance(to, Text):
        return to.value
    references = _named(chain, "references")
    said = names.of(_at(references, 0)) if references is not None else None
    return said.value.rpartition(".")[0] if isinstance(said, Text) else ""


def _change(table: str, chain: list[Call], names: Names) -> Iterator[Act]:
    first = chain[0]
    if first.name in _TYPES:
        yield from _stated(table, chain, names)
    elif first.name in ("dropColumn", "dropColumns"):
        for each in first.arguments:
            for column in words(each.value, names):
                yield acts.DropColumn(table=table, column=column)
    elif first.name == "dropTimestamps":
        for column in ("created_at", "updated_at"):
            yield acts.DropColumn(table=table, column=column)
    elif first.name == "renameColumn":
        yield acts.RenameColumn(table=table, column=word(_at(first, 0), names), name=word(_at(first, 1), names))
    elif first.name in ("index", "unique"):
        yield _index(table, first, names)
    elif first.name in ("dropIndex", "dropUnique", "dropForeign", "dropPrimary"):
        name = names.of(_at(first, 1))
        said = (
            name.value
            if isinstance(name, Text)
            else f"of {', '.join(words(_at(first, 0), names))}"
            if first.arguments
            else "key"
        )
        is_index = first.name == "dropIndex"
        yield acts.DropIndex(table=table, name=said) if is_index else acts.DropConstraint(table=table, name=said)
    elif first.name == "foreign":
        key = Constraint(
            kind=ConstraintKind.FOREIGN_KEY,
            columns=words(_at(first, 0), names),
            reference=Reference(_referenced(chain, names)),
        )
        yield acts.AddConstraint(table=table, constraint=key)
    elif first.name == "primary":
        yield acts.AddConstraint(
            table=table, constraint=Constraint(kind=ConstraintKind.PRIMARY_KEY, columns=words(_at(first, 0), names))
        )
    elif first.name == "setNullable":
        yield acts.DropNotNull(table=table, column=word(_at(first, 0), names))
    elif first.name == "dropNullable":
        yield acts.SetNotNull(table=table, column=word(_at(first, 0), names))
    elif first.name == "timestamps":
        yield from _timestamps(table, first, names)
    elif first.name == "check":
        yield acts.AddConstraint(table=table, constraint=Constraint(kind=ConstraintKind.CHECK, value=Value("…")))
    elif first.name in ("comment", "engine", "charset", "collate"):
        yield acts.Remark(kind="comment")
    else:
        raise NotWrittenError(f"what `{first.name}` does to a table is not known here")


def _stated(table: str, chain: list[Call], names: Names) -> Iterator[Act]:
    column = _column(chain, names)
    if _named(chain, "alter") is None:
        yield acts.AddColumn(table=table, column=column)
        if _named(chain, "index") is not None:
            yield acts.CreateIndex(table=table, columns=(column.name,))
        return
    altering = options_of(_at(chain[-1], 0), names)
    if not (isinstance(v := altering.get("alterType"), Name) and v.id == "false"):
        yield acts.ChangeType(table=table, column=column.name, to=column.type, is_redefined=True)
    if column.is_not_null:
        yield acts.SetNotNull(table=table, column=column.name)
    elif _named(chain, "nullable") is not None:
        yield acts.DropNotNull(table=table, column=column.name)
    if column.default is not None:
        yield acts.SetDefault(table=table, column=column.name, value=column.default)


def _index(table: str, call: Call, names: Names) -> Act:
    columns = words(_at(call, 0), names)
    options = options_of(_at(call, 1), names)
    second = names.of(_at(call, 1))
    name = second if isinstance(second, Text) else options.get("indexName")
    said = name.value if isinstance(name, Text) else ""
    if call.name == "index" or (isinstance(v := options.get("useConstraint"), Name) and v.id == "false"):
        return acts.CreateIndex(table=table, name=said, columns=columns, is_unique=call.name == "unique")
    return acts.AddConstraint(
        table=table, constraint=Constraint(kind=ConstraintKind.UNIQUE, name=said, columns=columns)
    )


def _timestamps(table: str, call: Call, names: Names) -> Iterator[Act]:
    has_default = isinstance(v := names.of(_at(call, 1)), Name) and v.id == "true"
    for name in ("created_at", "updated_at"):
        default = Value("now()", ("now",)) if has_default else None
        column = Column(
            name=name, type=Type("timestamp with time zone"), line=call.line, is_not_null=has_default, default=default
        )
        yield acts.AddColumn(table=table, column=column)


__all__ = ["Listed", "NotWrittenError", "altered", "created"]
