"""A migration adds a column that holds personal or payment data as readable text."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AddColumn, CreateTable
from weighbridge.landscape.sql.personal import readable
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    weaknesses=(312,),
    tags=(
        "sql",
        "privacy",
        "payment",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement, at the column that is worst."""
    for step in case[SqlChange].all_steps():
        act = step.act
        columns = (act.column,) if isinstance(act, AddColumn) else act.columns if isinstance(act, CreateTable) else ()
        if isinstance(act, CreateTable) and act.is_temporary:
            continue
        found = [(column, held) for column in columns if (held := readable(column)) is not None]
        if not found:
            continue
        worst, held = min(found, key=lambda each: each[1].severity.rank)
        names = ", ".join(f"`{column.name}` ({each.what})" for column, each in found)
        yield RULE.finding(
            f"`{act.table}` stores {names} as readable text: it stands in every backup, replica, log and export",
            Place(path=step.place.path, line=worst.line, end_line=worst.line),
            anchor=f"{act.table} {worst.name}",
            severity=held.severity,
        )
