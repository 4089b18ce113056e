"""What acts give a table: its columns, its keys, and the types of its columns; and which other types hold what one holds."""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Type
from weighbridge.landscape.sql.names import last_part

_TEXTS: Final = frozenset({"varchar", "text"})


def columns_of(act: Act) -> tuple[acts.Column, ...]:
    """The columns that an act gives a table."""
    match act:
        case acts.CreateTable(columns=columns):
            return columns
        case acts.AddColumn(column=column):
            return (column,)
    return ()


def keys_of(act: Act) -> tuple[acts.Constraint, ...]:
    """The constraints that an act gives a table."""
    match act:
        case acts.CreateTable(columns=columns, constraints=constraints):
            return (*constraints, *(each for column in columns for each in column.constraints))
        case acts.AddColumn(column=column):
            return column.constraints
        case acts.AddConstraint(constraint=constraint):
            return (constraint,)
    return ()


def on_delete(said: str) -> str:
    """What a tool's word for a foreign key says that the database does with rows whose other end is deleted."""
    return _ON_DELETE.get(said.strip().lower().replace("_", " "), "")


_ON_DELETE: Final = {"cascade": "cascade", "nullify": "set null", "set null": "set null", "set default": "set default"}


def type_of(done: Iterable[Act], column: str) -> Type | None:
    """The type that a column was last given; None where nothing says."""
    found: dict[str, Type] = {}
    for act in done:
        match act:
            case acts.CreateTable(columns=columns):
                found |= {each.name: each.type for each in columns}
            case acts.AddColumn(column=added):
                found[added.name] = added.type
            case acts.ChangeType(column=name, to=to):
                found[name] = to
            case acts.RenameColumn(column=name, name=new) if name in found:
                found[new] = found.pop(name)
            case acts.Rename(kind="type", name=old, to=new):
                found |= {
                    name: replace(each, name=last_part(new).lower())
                    for name, each in found.items()
                    if last_part(each.name) == last_part(old).lower()
                }
    return found.get(column)


def is_widening(before: Type, after: Type) -> bool:
    """Whether every value of one type is one of the other as it is stored, so that PostgreSQL neither reads nor writes a row."""
    if before.is_array != after.is_array:
        return False
    old, new = plain_name(before), plain_name(after)
    if old == new and before.given == after.given:
        return True
    if old in _TEXTS and new in _TEXTS:
        return not after.given or (bool(before.given) and old != "text" and _number(after) >= _number(before))
    if old == new == "numeric":
        return not after.given or (
            len(before.given) == len(after.given)
            and _number(after) >= _number(before)
            and before.given[1:] == after.given[1:]
        )
    if old == new and old in _PRECISE:
        return not after.given or (bool(before.given) and _number(after) >= _number(before))
    return (old, new) == ("cidr", "inet")


def is_same_in_utc(before: Type, after: Type) -> bool:
    """Whether a time goes to or from one with a time zone, which is stored alike where the session's time zone is UTC
    (release notes of PostgreSQL 12, `ALTER TABLE`).
    """
    is_fit = before.is_array == after.is_array and (not after.given or before.given == after.given)
    return is_fit and {plain_name(before), plain_name(after)} == {"timestamp", "timestamptz"}


def is_caseless(before: Type, after: Type) -> bool:
    """Whether text becomes text that is compared without its case, which is stored as it was."""
    is_same = not before.is_array and not after.is_array and not after.given
    return is_same and plain_name(before) in _TEXTS and plain_name(after).rpartition(".")[2] == "citext"


_PRECISE: Final = frozenset({"varbit", "timestamp", "timestamptz", "time", "timetz", "interval"})
_ALIASES: Final = {
    "character varying": "varchar", "decimal": "numeric", "int": "integer", "int4": "integer", "int8": "bigint", "int2": "smallint",
    "serial": "integer", "bigserial": "bigint", "smallserial": "smallint", "serial4": "integer", "serial8": "bigint",
    "bool": "boolean", "float8": "double precision", "float4": "real", "bit varying": "varbit", "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp", "time with time zone": "timetz", "time without time zone": "time",
    "character": "char",
}  # fmt: skip


def plain_name(kind: Type) -> str:
    """The name of a type, its other names made one."""
    name = kind.name.removeprefix("pg_catalog.")
    return _ALIASES.get(name, name)


def _number(kind: Type) -> int:
    return int(kind.given[0]) if kind.given and kind.given[0].isdigit() else 0
