"""A migration empties a table."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AlterOther, Truncate
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
    """One finding for each table, or partition that is emptied or changes places with a table."""
    for step in case[SqlChange].steps():
        act = step.act
        if isinstance(act, Truncate):
            of = f"the partition `{act.partition}` of `{act.table}`" if act.partition else f"`{act.table}`"
            more = ", and of those that refer to it," if act.is_cascading else ""
            yield RULE.finding(
                f"every row of {of}{more} is gone for good",
                step.place,
                anchor=f"{act.table} {step.anchor}",
                severity=Severity.MEDIUM if step.migration.is_seed else Severity.HIGH,
            )
        elif isinstance(act, AlterOther) and act.what.startswith("exchange partition"):
            yield RULE.finding(
                f"the rows of a partition of `{act.table}` change places with those of a table: whoever reads either gets the other's",
                step.place,
                anchor=step.anchor,
            )
