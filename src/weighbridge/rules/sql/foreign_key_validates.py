"""A migration adds a foreign key that is held against every row at once."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AddColumn, AddConstraint
from weighbridge.landscape.sql.known_types import keys_of
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import how_long, taken_for, weighed

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "lock",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each key."""
    sql = case[SqlChange]
    for step in sql.steps(Dialect.POSTGRES):
        act = step.act
        if not isinstance(act, AddConstraint | AddColumn):
            continue
        for key in keys_of(act):
            if key.reference is None or key.is_not_valid:
                continue
            other = key.reference.table
            if isinstance(act, AddConstraint):
                words = f"every row of `{act.table}` is looked up in `{other}` while neither may be written to"
                words = f"{words}: {how_long(sql, act.table)}"
            else:
                words = (
                    f"`{act.table}` and `{other}` are both locked for the key of `{act.column.name}`: whatever either waits"
                    " for makes everybody wait"
                )
            yield RULE.finding(
                words + taken_for(step),
                step.place,
                anchor=step.anchor,
                severity=min(weighed(sql, act.table), weighed(sql, other), key=lambda each: each.rank),
            )
