"""Tables as Knex builds and alters them: each chain in the function is a column or a change."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.facts.calls.forms import Block, Call, Form, Name, Number, Statement, Text
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Column, Constraint, ConstraintKind, Reference, Type, Value
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.rendered import NotWrittenError
from weighbridge.landscape.sql.tools._rails_columns import sql_type
from weighbridge.landscape.sql.tools._repeated import turns_of
from weighbridge.landscape.sql.tools._script_values import constant, options_of, word, words

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


def _chains(block: Form | None, names: Names) -> Iterator[tuple[list[Call], Names]]:
    """The chains of a table's function, in order, each with what names stand for there: once for each turn of a loop over what is written."""
    value = names.of(block)
    if not isinstance(value, Block):
        raise NotWrittenError("what is done to the table is not written here")
    waiting = [(each, names) for each in reversed(value.body)]
    while waiting:
        each, known = waiting.pop()
        for inner, body in reversed(_turns(each, known)):
            waiting += [(one, inner) for one in reversed(body)]
        if found := _chain(each.value, value.takes):
            yield found, known


def _turns(statement: Statement, names: Names) -> list[tuple[Names, Sequence[Statement]]]:
    """What a statement holds, with what names stand for in it, turn by turn."""
    value = statement.value
    over, body, takes = (value, statement.body, statement.takes) if statement.kind == "loop" else (None, (), ())
    if isinstance(value, Call) and value.name == "forEach" and value.arguments:
        given = names.of(value.arguments[0].value)
        if isinstance(given, Block):
            over, body, takes = value.of, given.body, given.takes
    turns = turns_of(over, names) if over is not None and takes else ()
    if not turns:
        return [(names, statement.body or body)]
    found: list[tuple[Names, Sequence[Statement]]] = []
    for turn in turns:
        inner = Names(outer=names)
        inner.give(takes[0], turn)
        found.append((inner, body))
    return found


def created(call: Call, names: Names) -> Iterator[Act]:
    """A table that is made."""
    given = [each.value for each in call.arguments]
    table = word(given[0] if given else None, names, what="the table's name")
    chains = _chains(given[-1] if len(given) > 1 else None, names)
    columns = [_column(chain, known) for chain, known in chains if chain[0].name in _TYPES]
    yield acts.CreateTable(table=table, columns=tuple(columns), is_conditional=call.name != "createTable")


def altered(call: Call, names: Names) -> Iterator[tuple[Call, tuple[Act, ...]]]:
    """What each chain does to a table, with its call."""
    given = [each.value for each in call.arguments]
    table = word(given[0], names, what="the table's name")
    for chain, known in _chains(given[-1], names):
        yield chain[-1], tuple(_change(table, chain, names=known))


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


class _Line(Struct, frozen=True):
    """A chain of calls in a table's function, with the table and what names stand for."""

    table: str
    chain: list[Call]
    names: Names

    @property
    def first(self) -> Call:
        """The call that says what it is."""
        return self.chain[0]

    def at(self, position: int) -> Form | None:
        """What the first call is given."""
        return self.names.of(_at(self.first, position))

    def word(self, position: int) -> str:
        """A name that the first call is given."""
        return word(self.at(position), self.names)


def _change(table: str, chain: list[Call], *, names: Names) -> Iterator[Act]:
    line = _Line(table, chain, names)
    name = line.first.name
    if name in _TYPES:
        return _stated(table, chain, names=names)
    if name not in _CHANGES:
        raise NotWrittenError(f"what `{name}` does to a table is not known here")
    return _CHANGES[name](line)


def _drops_columns(line: _Line) -> Iterator[Act]:
    for each in line.first.arguments:
        for column in words(each.value, line.names):
            yield acts.DropColumn(table=line.table, column=column)


def _drops_timestamps(line: _Line) -> Iterator[Act]:
    for column in ("created_at", "updated_at"):
        yield acts.DropColumn(table=line.table, column=column)


def _renames(line: _Line) -> Iterator[Act]:
    yield acts.RenameColumn(table=line.table, column=line.word(0), name=line.word(1))


def _indexes(line: _Line) -> Iterator[Act]:
    yield _index(line.table, line.first, names=line.names)


def _drops_key(line: _Line) -> Iterator[Act]:
    name = line.at(1)
    columns = f"of {', '.join(words(line.at(0), line.names))}" if line.first.arguments else "key"
    said = name.value if isinstance(name, Text) else columns
    if line.first.name == "dropIndex":
        yield acts.DropIndex(table=line.table, name=said)
    else:
        yield acts.DropConstraint(table=line.table, name=said)


def _refers(line: _Line) -> Iterator[Act]:
    to = Reference(_referenced(line.chain, line.names))
    key = Constraint(kind=ConstraintKind.FOREIGN_KEY, columns=words(line.at(0), line.names), reference=to)
    yield acts.AddConstraint(table=line.table, constraint=key)


def _identifies(line: _Line) -> Iterator[Act]:
    key = Constraint(kind=ConstraintKind.PRIMARY_KEY, columns=words(line.at(0), line.names))
    yield acts.AddConstraint(table=line.table, constraint=key)


def _opens(line: _Line) -> Iterator[Act]:
    yield acts.DropNotNull(table=line.table, column=line.word(0))


def _closes(line: _Line) -> Iterator[Act]:
    yield acts.SetNotNull(table=line.table, column=line.word(0))


def _checks(line: _Line) -> Iterator[Act]:
    yield acts.AddConstraint(table=line.table, constraint=Constraint(kind=ConstraintKind.CHECK, value=Value("…")))


def _remarks(line: _Line) -> Iterator[Act]:
    del line
    yield acts.Remark(kind="comment")


_CHANGES: Final[Mapping[str, Callable[[_Line], Iterator[Act]]]] = {
    "dropColumn": _drops_columns,
    "dropColumns": _drops_columns,
    "dropTimestamps": _drops_timestamps,
    "renameColumn": _renames,
    "index": _indexes,
    "unique": _indexes,
    "dropIndex": _drops_key,
    "dropUnique": _drops_key,
    "dropForeign": _drops_key,
    "dropPrimary": _drops_key,
    "foreign": _refers,
    "primary": _identifies,
    "setNullable": _opens,
    "dropNullable": _closes,
    "timestamps": lambda line: _timestamps(line.table, line.first, names=line.names),
    "check": _checks,
    "comment": _remarks,
    "engine": _remarks,
    "charset": _remarks,
    "collate": _remarks,
}


def _stated(table: str, chain: list[Call], *, names: Names) -> Iterator[Act]:
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


def _index(table: str, call: Call, *, names: Names) -> Act:
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


def _timestamps(table: str, call: Call, *, names: Names) -> Iterator[Act]:
    has_default = isinstance(v := names.of(_at(call, 1)), Name) and v.id == "true"
    for name in ("created_at", "updated_at"):
        default = Value("now()", ("now",)) if has_default else None
        column = Column(
            name=name, type=Type("timestamp with time zone"), line=call.line, is_not_null=has_default, default=default
        )
        yield acts.AddColumn(table=table, column=column)
