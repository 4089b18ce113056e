"""What rows that are there end a migration that has them told apart: those that all get one value, that are empty, or that may be alike."""

from collections.abc import Iterator, Sequence

from weighbridge.facts.sql.acts import (
    Act,
    AddColumn,
    Constraint,
    ConstraintKind,
    CreateIndex,
    DropConstraint,
    DropIndex,
    Insert,
    SetNotNull,
    Update,
)
from weighbridge.landscape.sql.column_types import columns_of, keys_of
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.new_columns import are_empty
from weighbridge.landscape.sql.postgres import is_volatile
from weighbridge.landscape.sql.sql_change import SqlChange


def alike_in_words(sql: SqlChange, step: Step, *, columns: Sequence[str], empty_is_alike: bool = False) -> str:
    """Which rows end it, from a semicolon on; empty where none can, as far as scripts say."""
    named = ", ".join(f"`{each}`" for each in columns)
    if is_one_value(step, columns):
        return f"; every row that is there gets the same value of {named}, so that two rows end the migration"
    if empty_is_alike and not _are_filled(sql, step, columns=columns):
        return f"; rows without {named} count as alike, of which two end the migration"
    if not columns or are_empty(step, columns) or _get_own(step, columns) or _was_unique(sql, step, columns=columns):
        return ""
    return f"; two rows that are alike in {named} end the migration"


def is_one_value(step: Step, columns: Sequence[str]) -> bool:
    """Whether the script adds all of these columns with a default that is computed once, and fills none of them otherwise."""
    table = step.act.table
    done = [each.act for each in step.migration.on(table, AddColumn, Update, Insert) if each.order <= step.order]
    given = {act.column.name: act.column for act in done if isinstance(act, AddColumn)}
    added = [given[each] for each in columns if each in given]
    return (
        bool(added)
        and len(added) == len(columns)
        and not any(isinstance(act, Update | Insert) for act in done)
        and all(
            column.default is not None
            and column.default.text.lower() != "null"
            and not column.generated
            and not column.type.name.endswith("serial")
            and not is_volatile(column.default)
            for column in added
        )
    )


def _get_own(step: Step, columns: Sequence[str]) -> bool:
    """Whether the script adds one of the columns with a value of its own for each row."""
    done = [
        each.act for each in step.migration.on(step.act.table, AddColumn, Update, Insert) if each.order <= step.order
    ]
    if any(isinstance(act, Update | Insert) for act in done):
        return False
    added = (act.column for act in done if isinstance(act, AddColumn) and act.column.name in columns)
    return any(
        each.generated == "identity"
        or each.type.name.endswith("serial")
        or (each.default is not None and is_volatile(each.default))
        for each in added
    )


def _are_filled(sql: SqlChange, step: Step, *, columns: Sequence[str]) -> bool:
    """Whether no row can be without one of the columns."""
    filled: set[str] = set()
    for act in sql.acts_before(step, step.act.table):
        filled.update(each.name for each in columns_of(act) if each.is_not_null)
        filled.update(name for key in keys_of(act) if key.kind is ConstraintKind.PRIMARY_KEY for name in key.columns)
        if isinstance(act, SetNotNull):
            filled.add(act.column)
    return any(each in filled for each in columns)


def _was_unique(sql: SqlChange, step: Step, *, columns: Sequence[str]) -> bool:
    """Whether a key over some of the columns told the rows apart until the change came."""
    keys: dict[str, frozenset[str]] = {}
    for act in sql.known.acts_on(step.act.table, step.migration.dialect):
        if isinstance(act, DropConstraint | DropIndex):
            keys.pop(last_part(act.name), None)
        keys.update(_keys(act))
    for act in sql.done_within(step, step.act.table):
        keys.update(_keys(act))
    return any(over and over <= set(columns) for over in keys.values())


def _keys(act: Act) -> Iterator[tuple[str, frozenset[str]]]:
    if isinstance(act, CreateIndex) and act.is_unique and act.where is None:
        yield last_part(act.name), frozenset(act.columns)
    for key in keys_of(act):
        if _tells_apart(key):
            yield _name(act.table, key), frozenset(key.columns)


def _tells_apart(key: Constraint) -> bool:
    return key.kind in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)


def _name(table: str, key: Constraint) -> str:
    """A key's name, or the one that PostgreSQL makes up."""
    last = last_part(table)
    if key.kind is ConstraintKind.PRIMARY_KEY:
        return key.name or f"{last}_pkey"
    return key.name or "_".join((last, *key.columns, "key"))
