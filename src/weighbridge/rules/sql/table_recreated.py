"""A migration drops a table and makes it anew, empty."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import CreateTable
from weighbridge.landscape.sql.drops import is_made_anew, is_replaced
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "data-loss",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each table, where it may have been there before."""
    sql = case[SqlChange]
    for step in sql.steps():
        act = step.act
        is_anew = is_made_anew(sql, step) and not is_replaced(sql, step)
        is_replacing = isinstance(act, CreateTable) and act.is_replacing
        if not is_anew and not is_replacing:
            continue
        was_there = any(isinstance(each, CreateTable) for each in sql.known.acts_on(act.table, step.migration.dialect))
        if was_there:
            words, severity = "an earlier script made it", Severity.CRITICAL
        elif not step.migration.is_migration:
            continue
        elif sql.known.paths:
            words, severity = "no earlier script made it, so it may not have been there", Severity.MEDIUM
        else:
            words, severity = "no other script says whether it was there", Severity.HIGH
        yield RULE.finding(
            f"every row of `{last_part(act.table)}` is lost where the table is there: {words}",
            step.place,
            anchor=last_part(act.table),
            severity=severity,
        )
