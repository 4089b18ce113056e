"""What kind a constraint is that is only named: as scripts made it, else as its name says."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql.acts import (
    Act,
    Constraint,
    ConstraintKind,
    CreateIndex,
    DropColumn,
    DropConstraint,
    DropIndex,
    Reference,
)
from weighbridge.landscape.sql.column_types import keys_of
from weighbridge.landscape.sql.names import last_part

_BY_NAME: Final[Sequence[tuple[ConstraintKind, LatePattern]]] = (
    (ConstraintKind.PRIMARY_KEY, LatePattern(r"^primary(?: key)?$|_pkey\d*$|^pk_|_pk$|_primary$", re.IGNORECASE)),
    (ConstraintKind.FOREIGN_KEY, LatePattern(r"_fkey\d*$|^fk_?|_fk\d*$|_foreign$|_ibfk_\d+$", re.IGNORECASE)),
    (
        ConstraintKind.CHECK,
        LatePattern(r"_check\d*$|^ck_|^chk_|_ck$|_chk$|not_?null|_nn$|positive|valid", re.IGNORECASE),
    ),
    (ConstraintKind.UNIQUE, LatePattern(r"_key\d*$|^uq_|^uk_|^ux_|_uq$|_uk$|uniq", re.IGNORECASE)),
)
_SUFFIX: Final = {
    ConstraintKind.PRIMARY_KEY: "pkey",
    ConstraintKind.UNIQUE: "key",
    ConstraintKind.FOREIGN_KEY: "fkey",
    ConstraintKind.CHECK: "check",
}


def kind_of(done: Iterable[Act], table: str, *, name: str) -> ConstraintKind | None:
    """The kind of the constraint `name` of `table`, by what was done to it; None where neither that nor its name says."""
    found = None
    for act in done:
        for each in keys_of(act):
            if name in _names(each, table.rpartition(".")[2]):
                found = each.kind
    return found or next((kind for kind, pattern in _BY_NAME if pattern.search(name)), None)


def columns_of(done: Iterable[Act], table: str, *, name: str) -> frozenset[str]:
    """The columns that the constraint `name` is over; none where no script says."""
    found: frozenset[str] = frozenset()
    for act in done:
        for each in keys_of(act):
            if name in _names(each, table.rpartition(".")[2]):
                found = frozenset(each.columns)
    return found


def reference_of(done: Iterable[Act], table: str, *, name: str) -> Reference | None:
    """Where the foreign key `name` of `table` leads; None where no script says."""
    found: Reference | None = None
    for act in done:
        for each in keys_of(act):
            if each.reference is not None and name in _names(each, table.rpartition(".")[2]):
                found = each.reference
    return found


def unique_columns(done: Iterable[Act]) -> frozenset[str]:
    """The columns each of which alone tells the rows apart, by what was done to their table."""
    keys: dict[str, tuple[str, ...]] = {}
    for at, act in enumerate(done):
        match act:
            case CreateIndex(is_unique=True, columns=columns, name=index, where=None):
                keys[last_part(index) or str(at)] = columns
            case DropIndex(name=gone) | DropConstraint(name=gone):
                keys.pop(last_part(gone), None)
            case _:
                for each in keys_of(act):
                    if each.kind in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE):
                        keys[each.name or f"{act.table} {each.columns}"] = each.columns
    return frozenset(columns[0] for columns in keys.values() if len(columns) == 1)


def is_kept_unique(before: Iterable[Act], after: Iterable[Act], *, table: str, name: str) -> bool:
    """Whether a key or a unique index over the same columns, or fewer, stays where the one called `name` is dropped."""
    last = last_part(table)
    keys: dict[str, frozenset[str]] = {}
    own: frozenset[str] = frozenset()
    usual: dict[str, str] = {}
    for act in (*before, *after):
        match act:
            case CreateIndex(is_unique=True, columns=columns, name=index):
                if act.where is None or last_part(index) == name:
                    keys[last_part(index)] = frozenset(columns)
                    usual[last_part(index)] = "_".join((last, *columns, "key"))
            case DropIndex(name=gone) | DropConstraint(name=gone) if last_part(gone) != name:
                keys.pop(last_part(gone), None)
            case DropColumn(column=gone):
                keys = {key: columns for key, columns in keys.items() if gone not in columns}
            case _:
                for each in keys_of(act):
                    if each.kind in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE):
                        keys |= dict.fromkeys(_names(each, last), frozenset(each.columns))
                        usual |= dict.fromkeys(_names(each, last), "_".join((last, *each.columns, "key")))
        own = keys.get(name, own)
    if not own:  # PostgreSQL calls a second one over the same columns `orders_code_key1`
        told = name.rstrip("0123456789")
        return any(usual.get(key) == told for key in keys if key != name)
    return bool(own) and any(columns and columns <= own for key, columns in keys.items() if key != name)


def _names(constraint: Constraint, table: str) -> Iterator[str]:
    """How a constraint is called: by its own name, else as PostgreSQL makes one up."""
    if constraint.name:
        yield constraint.name
        return
    suffix = _SUFFIX.get(constraint.kind, "")
    columns = () if constraint.kind is ConstraintKind.PRIMARY_KEY else constraint.columns
    yield "_".join([table, *columns, suffix])
