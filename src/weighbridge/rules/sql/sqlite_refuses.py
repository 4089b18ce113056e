"""A migration asks of SQLite's ALTER TABLE what it cannot do."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.sqlite import is_remade_by_tool, why_refused

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
        "sqlite",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each thing asked for."""
    sql = case[SqlChange]
    for step in sql.all_steps(Dialect.SQLITE):
        if is_remade_by_tool(step):
            continue
        why = why_refused(step.act, sql.acts_before(step, step.act.table) if step.act.table else ())
        if why:
            yield RULE.finding(f"this fails: {why}", step.place, anchor=step.anchor)
