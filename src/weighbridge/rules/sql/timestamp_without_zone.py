"""A new column holds times that say not where."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AddColumn, CreateTable
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.NOTE,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement, at its first such column."""
    for step in case[SqlChange].all_steps(Dialect.POSTGRES):
        act = step.act
        columns = (act.column,) if isinstance(act, AddColumn) else act.columns if isinstance(act, CreateTable) else ()
        found = [column for column in columns if column.type.name in ("timestamp", "timestamp without time zone")]
        if found:
            names = ", ".join(f"`{column.name}`" for column in found)
            yield RULE.finding(
                f"{names}: a timestamp without time zone means another moment to each session whose time zone differs",
                Place(path=step.place.path, line=found[0].line, end_line=found[0].line),
                anchor=f"{act.table} {found[0].name}",
            )
