"""A migration has its tool drop a column and add it anew."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import ChangeType, SetNotNull
from weighbridge.landscape.sql.drops import is_made_by_change
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.remade import is_remade
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
        "data-loss",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column that is stated anew with another type."""
    sql = case[SqlChange]
    for step in sql.steps(Dialect.POSTGRES, Dialect.MYSQL):
        act = step.act
        if not isinstance(act, ChangeType) or not act.is_remade or is_made_by_change(sql, step, column=act.column):
            continue
        before = sql.type_before(step, act.table, column=act.column)
        if not is_remade(step, act, before=before):
            continue
        is_known = before is not None and bool(before.name)
        yield RULE.finding(
            f"`{act.column}` of `{act.table}` is stated anew as {act.to} ({_before(step, was=str(before) if is_known else '')}):"
            f" TypeORM drops the column and adds it again, empty, and what is in it is lost{_fails(step)}",
            step.place,
            anchor=step.anchor,
            confidence=Confidence.HIGH if is_known and str(before) != str(act.to) else Confidence.MEDIUM,
        )


def _before(step: Step, *, was: str) -> str:
    if not was:
        return "what it was is in no script"
    if step.migration.dialect is Dialect.POSTGRES and was == str(getattr(step.act, "to", "")):
        return "the name of the type is not the one that PostgreSQL says when it is asked, and so it counts as another"
    return f"it was {was}"


def _fails(step: Step) -> str:
    """That the new column may not be NULL, of which a table with rows ends the migration."""
    is_full = any(isinstance(each, SetNotNull) for each in step.deed.acts)
    return "; it may not be NULL, so that without a default the migration ends where there are rows" if is_full else ""
