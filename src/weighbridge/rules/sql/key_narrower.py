"""A column refers to a key whose numbers go further than its own."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Act, ConstraintKind, Reference, Type
from weighbridge.landscape.sql.column_types import columns_of, keys_of, plain_name, type_of
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column of a foreign key."""
    sql = case[SqlChange]
    for step in sql.all_steps(Dialect.POSTGRES):
        for key in keys_of(step.act):
            if key.kind is not ConstraintKind.FOREIGN_KEY or key.reference is None:
                continue
            for own, other in zip(key.columns, _referred(sql, step, to=key.reference), strict=False):
                kind, to = _own_type(sql, step, column=own), _type(sql, step, table=key.reference.table, column=other)
                if kind is None or to is None or _reach(kind) >= _reach(to) or not _reach(kind):
                    continue
                line = next((each.line for each in columns_of(step.act) if each.name == own), 0) or step.act.line
                yield RULE.finding(
                    f"`{own}` is {kind} and refers to `{other}` of `{key.reference.table}`, which is {to}: rows of numbers that `{own}` has no"
                    " room for can be referred to by none, and to widen it later every row is written anew",
                    Place(path=step.place.path, line=line, end_line=line),
                    anchor=f"{step.act.table} {own}",
                )


_REACH: Final = {"smallint": 1, "integer": 2, "bigint": 3}


def _reach(kind: Type) -> int:
    """How far the numbers of a type go; 0 where it is no whole number."""
    return 0 if kind.is_array else _REACH.get(plain_name(kind), 0)


def _own_type(sql: SqlChange, step: Step, *, column: str) -> Type | None:
    said = next((each.type for each in columns_of(step.act) if each.name == column), None)
    return said or _type(sql, step, table=step.act.table, column=column)


def _type(sql: SqlChange, step: Step, *, table: str, column: str) -> Type | None:
    done = list(sql.acts_before(step, table, naming=column))
    if is_one(step.act.table, table):
        done.append(step.act)
    return type_of(done, column)


def _referred(sql: SqlChange, step: Step, *, to: Reference) -> tuple[str, ...]:
    """The columns that a foreign key leads to: the primary key of the table where it names none."""
    if to.columns:
        return to.columns
    done = list(sql.acts_before(step, to.table))
    return _primary([*done, step.act] if is_one(step.act.table, to.table) else done)


def _primary(done: Iterable[Act]) -> tuple[str, ...]:
    return next(iter(tuple(_primaries(done))[-1:]), ())


def _primaries(done: Iterable[Act]) -> Iterator[tuple[str, ...]]:
    return (key.columns for act in done for key in keys_of(act) if key.kind is ConstraintKind.PRIMARY_KEY)
