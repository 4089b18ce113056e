"""Whether rows can come twice once an index or a key is dropped, by what the scripts made and what of it stays."""

from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import (
    Act,
    AddConstraint,
    ConstraintKind,
    CreateIndex,
    DropColumn,
    DropIndex,
    DropTable,
)
from weighbridge.landscape.sql.column_types import keys_of
from weighbridge.landscape.sql.constraints import is_kept_unique
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one, last_part
from weighbridge.landscape.sql.sql_change import SqlChange


def table_of(sql: SqlChange, act: DropIndex) -> str:
    """The table that a dropped index is of; empty where no script says."""
    return act.table or sql.known.table_of_index(act.name)


def loses_uniqueness(sql: SqlChange, step: Step, *, act: DropIndex) -> bool:
    """Whether an index is dropped that let no row come twice, while its columns stay and nothing that was there does the same."""
    table, last = table_of(sql, act), last_part(act.name)
    if not table or step.migration.dialect is Dialect.SQLITE:
        return False
    is_unique = False
    for each in sql.acts_before(step, table, constraint=last):
        if isinstance(each, CreateIndex) and last_part(each.name) == last:
            is_unique = each.is_unique
        is_unique = is_unique or any(key.kind is ConstraintKind.UNIQUE and key.name == last for key in keys_of(each))
    if not is_unique or any(each.act.table in (table, "") for each in step.after(DropTable, DropColumn)):
        return False
    return not stays_unique(sql, step, table=table, name=last)


def stays_unique(sql: SqlChange, step: Step, *, table: str, name: str) -> bool:
    """Whether another key lets no row come twice by these columns, and stays."""
    after = (each.act for each in step.rest if not each.act.table or is_one(each.act.table, table))
    return is_kept_unique(sql.acts_before(step, table), after, table=table, name=name)


def has_other_unique(step: Step, table: str) -> bool:
    """Whether the script makes another key or unique index of the table."""
    return any(
        _is_unique(each.act) and last_part(each.act.table) == last_part(table)
        for each in step.migration.doing(CreateIndex, AddConstraint)
    )


def _is_unique(act: Act) -> bool:
    if isinstance(act, CreateIndex):
        return act.is_unique
    return isinstance(act, AddConstraint) and act.constraint.kind in (ConstraintKind.UNIQUE, ConstraintKind.PRIMARY_KEY)
