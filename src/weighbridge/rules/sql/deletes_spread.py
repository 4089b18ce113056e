"""A foreign key that kept rows from being deleted has others deleted with them."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AddConstraint, Constraint, ConstraintKind, DropConstraint
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.code_writes import code_write
from weighbridge.landscape.sql.column_types import keys_of
from weighbridge.landscape.sql.constraints import kind_of
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(
        SqlChange,
        Landscapes,
    ),
    roles=("sql",),
    tags=(
        "sql",
        "data-loss",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each key that is made anew over the same columns and acts by itself, as it did not before."""
    sql = case[SqlChange]
    for step in sql.steps():
        act = step.act
        if not isinstance(act, AddConstraint) or act.constraint.reference is None:
            continue
        to, how = act.constraint.reference.table, act.constraint.reference.on_delete
        if not how or not _did_nothing(sql, step, key=act.constraint):
            continue
        done = _DONE.get(how, f"are emptied of it ({how})")
        words = f"a row of `{to}` that is deleted was kept by rows of `{act.table}` that refer to it: from then on these {done} with it"
        place = code_write(case[Landscapes].head, to, verbs=("delete",), script=step.migration.path)
        if place is not None:
            words += f", and {place} deletes rows of `{to}`"
        severity = Severity.HIGH if how == "cascade" else Severity.MEDIUM
        yield RULE.finding(words, step.place, anchor=step.anchor, severity=severity)


_DONE: Final = {"cascade": "are deleted"}


def _did_nothing(sql: SqlChange, step: Step, *, key: Constraint) -> bool:
    """Whether a key over the same columns was there that did nothing by itself; or the script drops one of which no script says what it did."""
    before = [
        each.reference.on_delete
        for act in sql.acts_before(step, step.act.table)
        for each in keys_of(act)
        if each.reference is not None and key.reference is not None
        if each.columns == key.columns and is_one(each.reference.table, key.reference.table)
    ]
    if before:
        return not before[-1]
    dropped = (each.act for each in step.migration.on(step.act.table, DropConstraint) if each.order <= step.order)
    return any(isinstance(each, DropConstraint) and _may_be_it(each, key) for each in dropped)


def _may_be_it(dropped: DropConstraint, key: Constraint) -> bool:
    """Whether a key that is dropped is a foreign one of the name, or over the columns, of the one that is made; Rails names none."""
    to = key.reference.table if key.reference is not None else ""
    if dropped.columns or dropped.name in (f"the key to {to}", *(f"the key of {each}" for each in key.columns)):
        return not dropped.columns or dropped.columns == key.columns
    is_foreign = kind_of((), dropped.table, name=dropped.name) is ConstraintKind.FOREIGN_KEY
    return is_foreign and (key.name in ("", dropped.name) or dropped.name in key.name)
