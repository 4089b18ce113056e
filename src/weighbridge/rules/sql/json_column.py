"""A migration makes a column of the type json."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AddColumn, CreateTable
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
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
    """One finding for each column, of less weight where its table is new: no query over it is there yet."""
    for step in case[SqlChange].all_steps(Dialect.POSTGRES):
        act = step.act
        columns = (act.column,) if isinstance(act, AddColumn) else act.columns if isinstance(act, CreateTable) else ()
        for column in columns:
            if column.type.name == "json":
                yield RULE.finding(
                    f"`{column.name}` is json, which knows no equality: DISTINCT, UNION and GROUP BY over it fail from then"
                    " on; jsonb does",
                    step.place,
                    anchor=f"{column.name} {step.anchor}",
                    severity=Severity.HIGH if isinstance(act, AddColumn) else Severity.LOW,
                )
