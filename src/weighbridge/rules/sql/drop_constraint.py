"""A migration drops a key, and with it what it kept from happening."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import (
    AddConstraint,
    ConstraintKind,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropTable,
    RenameColumn,
)
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.code_writes import code_write
from weighbridge.landscape.sql.constraints import columns_of, kind_of, reference_of
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one, last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.unique_lost import has_other_unique, loses_uniqueness, stays_unique, table_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange, Landscapes),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each key, or unique index that scripts made, that the script does not replace; checks are let go."""
    sql = case[SqlChange]
    for step in sql.steps():
        act = step.act
        if isinstance(act, DropIndex):
            yield from _of_index(sql, step, act=act)
            continue
        if not isinstance(act, DropConstraint) or _is_replaced(sql, step, act=act):
            continue
        kind = kind_of(sql.acts_before(step, act.table, constraint=act.name), act.table, name=act.name)
        if kind not in _LOST or (
            kind is ConstraintKind.UNIQUE and stays_unique(sql, step, table=act.table, name=last_part(act.name))
        ):
            continue
        words, severity = _LOST[kind]
        if kind is ConstraintKind.PRIMARY_KEY and _has_other_key(step, act):
            words, severity = "another key takes its place, and rows can come twice by the old one", Severity.MEDIUM
        elif kind is ConstraintKind.UNIQUE and has_other_unique(step, act.table):
            words, severity = "another takes its place, and rows can come twice by the old one", Severity.MEDIUM
        elif kind is ConstraintKind.FOREIGN_KEY and (left := _left_behind(case, step, act=act)):
            words, severity = left, Severity.HIGH
        yield RULE.finding(
            f"`{act.name}` of `{act.table}` is dropped: {words}", step.place, anchor=step.anchor, severity=severity
        )


_LOST: Final = {
    ConstraintKind.PRIMARY_KEY: (
        "rows can come twice from then on, its index is gone for whoever searches by it, and replication may stop",
        Severity.HIGH,
    ),
    ConstraintKind.UNIQUE: (
        "rows can come twice from then on, and INSERT … ON CONFLICT that leans on it fails",
        Severity.HIGH,
    ),
    ConstraintKind.FOREIGN_KEY: (
        "rows can refer to what is not there, and are left behind when it goes",
        Severity.MEDIUM,
    ),
}


def _left_behind(case: Case, step: Step, *, act: DropConstraint) -> str:
    """What surely becomes of rows without their foreign key: where it acted by itself, or code deletes what they refer to."""
    sql = case[SqlChange]
    to = reference_of(sql.acts_before(step, act.table, constraint=act.name), act.table, name=act.name)
    if to is None or any(is_one(each.act.table, to.table) for each in step.migration.doing(DropTable)):
        return ""
    if to.on_delete:
        done = "deleted" if to.on_delete == "cascade" else "emptied of it"
        return f"rows that were {done} with a row of `{to.table}` stay from then on, and refer to what is not there"
    place = code_write(case[Landscapes].head, to.table, verbs=("delete",), script=step.migration.path)
    if place is None:
        return ""
    return f"{place} deletes rows of `{to.table}`, and what refers to them is left behind from then on"


def _of_index(sql: SqlChange, step: Step, *, act: DropIndex) -> Iterable[Finding]:
    """What is lost with an index that lets no row come twice, by the scripts; less grave where another such takes its place."""
    if not loses_uniqueness(sql, step, act=act):
        return
    table = table_of(sql, act)
    words, severity = _LOST[ConstraintKind.UNIQUE]
    if has_other_unique(step, table):
        words, severity = "another takes its place, and rows can come twice by the old one", Severity.MEDIUM
    yield RULE.finding(
        f"the unique index `{act.name}` of `{table}` is dropped: {words}",
        step.place,
        anchor=step.anchor,
        severity=severity,
    )


def _is_replaced(sql: SqlChange, step: Step, *, act: DropConstraint) -> bool:
    """Whether the script adds a key of that name or over its columns again, or drops the table, or one of these columns, as well."""
    columns = frozenset(act.columns) or columns_of(
        sql.acts_before(step, act.table, constraint=act.name), act.table, name=act.name
    )
    last = last_part(act.table)
    usual = {act.name.removeprefix(f"{last}_").removesuffix("_key")} if act.name.startswith(f"{last}_") else set[str]()
    for each in step.migration.doing(DropTable, DropColumn, AddConstraint):
        if not is_one(each.act.table, act.table) or each.order < step.order:
            continue
        match each.act:
            case DropTable():
                return True
            case DropColumn(column=column) if column in (columns or usual) and not _is_named_anew(
                step, each, column=column
            ):
                return True
            case AddConstraint(constraint=added) if act.name == added.name or (
                columns and set(added.columns) == columns
            ):
                return True
    return False


def _is_named_anew(step: Step, drop: Step, *, column: str) -> bool:
    """Whether the dropped column is another than the key was over: the script gave its name away in between."""
    return any(
        isinstance(each.act, RenameColumn)
        and each.act.table == drop.act.table
        and column in (each.act.column, each.act.name)
        for each in step.after(RenameColumn)
        if each.order < drop.order
    )


def _has_other_key(step: Step, act: DropConstraint) -> bool:
    """Whether the script gives the table another primary key."""
    return any(
        isinstance(each.act, AddConstraint)
        and each.act.table == act.table
        and each.act.constraint.kind is ConstraintKind.PRIMARY_KEY
        for each in step.migration.doing(AddConstraint)
    )
