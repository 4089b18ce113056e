"""A migration adds a foreign key that is held against every row at once."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AddColumn, AddConstraint, ConstraintKind
from weighbridge.landscape.sql.dialects import Dialect
from weighbridge.landscape.sql.migrations import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "lock", "postgresql"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each key; less grave where a new column holds nothing yet."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        if isinstance(act, AddConstraint):
            key = act.constraint
            if key.kind is ConstraintKind.FOREIGN_KEY and not key.is_not_valid and key.reference is not None:
                yield RULE.finding(
                    f"every row of `{act.table}` is looked up in `{key.reference.table}` while neither may be written to: how"
                    " long grows with the table",
                    step.place,
                    anchor=step.anchor,
                )
        elif isinstance(act, AddColumn):
            for key in act.column.constraints:
                if key.reference is not None and not key.is_not_valid:
                    yield RULE.finding(
                        f"`{act.table}` and `{key.reference.table}` are both locked for the key of `{act.column.name}`: whatever"
                        " either waits for makes everybody wait",
                        step.place,
                        anchor=step.anchor,
                        severity=Severity.HIGH if act.column.default is not None else Severity.MEDIUM,
                    )
