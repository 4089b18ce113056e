"""Reads how columns and constraints are defined."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from msgspec.structs import replace

from weighbridge.facts.sql.acts import Column, Constraint, ConstraintKind, Reference, Type, Value
from weighbridge.facts.sql.cursor import Cursor

_CONSTRAINTS: Final = ("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE", "EXCLUSION")
_OF_COLUMN: Final = (
    "CONSTRAINT", "NOT", "NULL", "DEFAULT", "PRIMARY", "UNIQUE", "REFERENCES", "CHECK", "GENERATED", "AS", "COLLATE",
    "COMMENT", "AUTO_INCREMENT", "AUTOINCREMENT", "IDENTITY", "ON", "STORAGE", "COMPRESSION", "CHARACTER", "CHARSET", "FIRST",
    "AFTER", "KEY", "DEFERRABLE", "INITIALLY", "INVISIBLE", "VISIBLE", "STORED", "VIRTUAL", "PERSISTED", "NO", "USING", "WITH",
)  # fmt: skip
_SERIAL: Final = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})


def begins_constraint(cursor: Cursor) -> bool:
    """Whether a constraint of a table begins here, and no column."""
    return cursor.says(*_CONSTRAINTS)


def begins_key(cursor: Cursor) -> bool:
    """Whether an index is stated here as MySQL does: `KEY k (a)`, `INDEX i (a)`, `FULLTEXT KEY …`."""
    return cursor.says("KEY", "INDEX", "FULLTEXT", "SPATIAL")


def column(cursor: Cursor) -> Column:
    """A column's definition."""
    line = cursor.line
    return column_called(cursor.name(), cursor, line=line)


def column_called(name: str, cursor: Cursor, *, line: int) -> Column:
    """The definition of the column `name`, from its type on."""
    is_typed = not cursor.is_done and (not cursor.says(*_OF_COLUMN) or _is_character(cursor))
    kind = cursor.type() if is_typed else Type("")
    made = Column(name=name, type=kind, line=line)
    if kind.name in _SERIAL:
        made = replace(made, is_not_null=True, default=Value(f"nextval({kind.name})", ("nextval",)))
    while not cursor.is_done:
        made = _with_next(made, cursor)
    return made


def _is_character(cursor: Cursor) -> bool:
    """Whether the type of that name stands here, and not MySQL's `CHARACTER SET`."""
    return cursor.says("CHARACTER") and not cursor.follows("CHARACTER", "SET")


def _with_next(made: Column, cursor: Cursor) -> Column:
    """The column with what is said of it next."""
    name = cursor.name() if cursor.take("CONSTRAINT") else ""
    if cursor.take("NOT", "NULL"):
        return replace(made, is_not_null=True)
    if cursor.take("DEFAULT"):
        return replace(made, default=_default(cursor))
    if cursor.take("GENERATED") or cursor.says("AS"):
        return _generated(made, cursor)
    if cursor.take_any("AUTO_INCREMENT", "AUTOINCREMENT", "IDENTITY"):
        cursor.inside()
        return replace(made, generated="identity", is_not_null=True)
    for words, read in _OWN_CONSTRAINTS.items():
        if cursor.take(*words):
            found = read(made, cursor, name=name)
            is_not_null = made.is_not_null or found.kind is ConstraintKind.PRIMARY_KEY
            return replace(made, constraints=(*made.constraints, found), is_not_null=is_not_null)
    if cursor.take("ON"):  # MySQL: on update current_timestamp
        cursor.take_any("UPDATE", "DELETE", "CONFLICT")
    cursor.skip_nested()
    return made


def _default(cursor: Cursor) -> Value:
    found = cursor.value(*(word for word in _OF_COLUMN if word not in ("NULL", "AS")))
    if found.text:
        return found
    return Value("null", is_constant=True)


def _generated(made: Column, cursor: Cursor) -> Column:
    cursor.take("ALWAYS")
    cursor.take("BY", "DEFAULT")
    cursor.take("ON", "NULL")
    cursor.take("AS")
    if cursor.take("IDENTITY"):
        cursor.inside()
        return replace(made, generated="identity", is_not_null=True)
    cursor.skip_nested()
    how = cursor.take_any("STORED", "VIRTUAL", "PERSISTED")
    return replace(made, generated="stored" if how in ("stored", "persisted") else "virtual")


def _own_primary(made: Column, _cursor: Cursor, *, name: str) -> Constraint:
    return Constraint(kind=ConstraintKind.PRIMARY_KEY, name=name, columns=(made.name,))


def _own_unique(made: Column, cursor: Cursor, *, name: str) -> Constraint:
    cursor.take("KEY")
    is_alike = cursor.take("NULLS", "NOT", "DISTINCT")
    return Constraint(kind=ConstraintKind.UNIQUE, name=name, columns=(made.name,), empty_is_alike=is_alike)


def _own_reference(made: Column, cursor: Cursor, *, name: str) -> Constraint:
    reference = _reference(cursor)
    is_later = _ends_not_valid(cursor)
    return Constraint(
        kind=ConstraintKind.FOREIGN_KEY, name=name, columns=(made.name,), reference=reference, is_not_valid=is_later
    )


def _own_check(made: Column, cursor: Cursor, *, name: str) -> Constraint:
    inside = cursor.inside()
    value = inside.value() if inside is not None else None
    return Constraint(
        kind=ConstraintKind.CHECK, name=name, columns=(made.name,), value=value, is_not_valid=_ends_not_valid(cursor)
    )


class _ReadsOwn(Protocol):
    """Reads a constraint that stands with its column."""

    def __call__(self, made: Column, cursor: Cursor, /, *, name: str) -> Constraint:
        """The constraint."""


_OWN_CONSTRAINTS: Final[Mapping[tuple[str, ...], _ReadsOwn]] = {
    ("PRIMARY", "KEY"): _own_primary,
    ("UNIQUE",): _own_unique,
    ("REFERENCES",): _own_reference,
    ("CHECK",): _own_check,
}


def constraint(cursor: Cursor) -> Constraint | None:
    """A constraint of a table; None where it is of a kind that is not known."""
    name = ""
    if cursor.take("CONSTRAINT") and not cursor.says("PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE", "NOT"):
        name = cursor.name()
    for words, read in _TABLE_CONSTRAINTS.items():
        if cursor.take(*words):
            return read(name, cursor)
    return None


def _primary(name: str, cursor: Cursor) -> Constraint:
    return _key(ConstraintKind.PRIMARY_KEY, cursor, name=name)


def _unique(name: str, cursor: Cursor) -> Constraint:
    return _key(ConstraintKind.UNIQUE, cursor, name=name)


def _foreign(name: str, cursor: Cursor) -> Constraint:
    own = "" if cursor.says("(") else cursor.name()
    columns = cursor.names()
    cursor.take("REFERENCES")
    return Constraint(
        kind=ConstraintKind.FOREIGN_KEY,
        name=name or own,
        columns=columns,
        reference=_reference(cursor),
        is_not_valid=_ends_not_valid(cursor),
    )


def _check(name: str, cursor: Cursor) -> Constraint:
    inside = cursor.inside()
    value = inside.value() if inside is not None else None
    return Constraint(kind=ConstraintKind.CHECK, name=name, value=value, is_not_valid=_ends_not_valid(cursor))


def _exclusion(name: str, _cursor: Cursor) -> Constraint:
    return Constraint(kind=ConstraintKind.EXCLUSION, name=name)


def _not_null(name: str, cursor: Cursor) -> Constraint:
    column = cursor.name()
    is_later = _ends_not_valid(cursor)
    return Constraint(kind=ConstraintKind.NOT_NULL, name=name, columns=(column,), is_not_valid=is_later)


_TABLE_CONSTRAINTS: Final[Mapping[tuple[str, ...], Callable[[str, Cursor], Constraint]]] = {
    ("PRIMARY", "KEY"): _primary,
    ("UNIQUE",): _unique,
    ("FOREIGN", "KEY"): _foreign,
    ("CHECK",): _check,
    ("EXCLUDE",): _exclusion,
    ("NOT", "NULL"): _not_null,
}


def _key(kind: ConstraintKind, cursor: Cursor, *, name: str) -> Constraint:
    if cursor.take("USING", "INDEX") and not cursor.says("TABLESPACE"):
        return Constraint(kind=kind, name=name, index=cursor.name())
    is_alike = cursor.take("NULLS", "NOT", "DISTINCT")
    cursor.take_any("KEY", "INDEX", "CLUSTERED", "NONCLUSTERED")
    own = "" if cursor.says("(", "USING") else cursor.name()
    return Constraint(kind=kind, name=name or own, columns=cursor.names(), empty_is_alike=is_alike)


def _reference(cursor: Cursor) -> Reference:
    table = cursor.name()
    return Reference(table, cursor.names(), _on_delete(cursor.copy()))


def _on_delete(ahead: Cursor) -> str:
    """What a foreign key does where the other end is deleted."""
    if ahead.take("MATCH"):
        ahead.advance()
    if ahead.take("ON", "UPDATE"):
        _action(ahead)
    return _action(ahead) if ahead.take("ON", "DELETE") else ""


def _action(ahead: Cursor) -> str:
    if ahead.take("NO", "ACTION") or ahead.take("RESTRICT"):
        return ""
    if ahead.take("CASCADE"):
        return "cascade"
    return next((f"set {word.lower()}" for word in ("NULL", "DEFAULT") if ahead.take("SET", word)), "")


def _ends_not_valid(cursor: Cursor) -> bool:
    """Passes over what is said of a constraint besides; whether rows that are there are left out (`NOT VALID`)."""
    is_later = False
    while not cursor.is_done:
        if cursor.take("NOT", "VALID") or cursor.take("NOT", "ENFORCED") or cursor.take("NOCHECK"):
            is_later = True
        elif cursor.take("NOT", "DEFERRABLE") or cursor.take("NO", "INHERIT"):
            pass
        elif cursor.take("ON"):
            cursor.take_any("DELETE", "UPDATE")
            if cursor.take("SET"):
                cursor.take_any("NULL", "DEFAULT")
                cursor.inside()
            elif not cursor.take("NO", "ACTION"):
                cursor.take_any("CASCADE", "RESTRICT")
        elif cursor.take_any("MATCH", "INITIALLY"):
            cursor.advance()
        elif not cursor.take_any("DEFERRABLE", "ENFORCED"):
            break
    return is_later
