"""Code asks for what is in no list that may hold an empty value."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.roles import CODE
from weighbridge.facts.sql.acts import ConstraintKind, DropNotNull, SetNotNull
from weighbridge.landscape.sql.column_types import columns_of, keys_of
from weighbridge.landscape.sql.names import is_one
from weighbridge.landscape.sql.queries import Queries
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(
        Queries,
        SqlChange,
    ),
    roles=tuple(sorted({*CODE, "sql"})),
    tags=("sql", "performance"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each inner query."""
    yield from case[Queries].unread
    for asked in case[Queries].added:
        said = asked.question
        for column, table in zip(said.not_in, said.not_in_of, strict=True):
            is_open = _may_be_empty(case[SqlChange], table, column=column) if table else None
            if is_open is False:
                continue
            known = f", which `{table}` may hold," if is_open else ""
            yield RULE.finding(
                f"one NULL `{column}`{known} in the inner query, and NOT IN holds for no row at all",
                asked.place,
                anchor=f"{column} {asked.text}",
                severity=Severity.HIGH if is_open else Severity.MEDIUM,
            )


def _may_be_empty(sql: SqlChange, table: str, *, column: str) -> bool | None:
    """Whether a column may be empty after all scripts; None where none says."""
    found: bool | None = None
    before = sql.known.acts_on(table, Dialect.POSTGRES, naming=column)
    own = (each.act for each in sql.all_steps(Dialect.POSTGRES) if is_one(each.act.table, table))
    for act in (*before, *own):
        for each in columns_of(act):
            if each.name == column:
                found = not each.is_not_null and not each.generated
        if any(key.kind is ConstraintKind.PRIMARY_KEY and column in key.columns for key in keys_of(act)):
            found = False
        if isinstance(act, SetNotNull | DropNotNull) and act.column == column:
            found = isinstance(act, DropNotNull)
    return found
