"""A migration drops an index while nobody may use the table."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import CreateIndex, DropIndex
from weighbridge.landscape.sql.dialects import Dialect
from weighbridge.landscape.sql.migrations import SqlChange, Step

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "lock", "postgresql"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each index that the script did not make itself."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        if (
            isinstance(act, DropIndex)
            and not act.is_concurrent
            and act.name not in _made(step.migration.steps, step.order)
        ):
            yield RULE.finding(
                f"to drop `{act.name}` its table is locked against reads and writes, once every query that runs on it has"
                " ended: until then everybody waits behind it",
                step.place,
                anchor=step.anchor,
            )


def _made(steps: Iterable[Step], before: int) -> set[str]:
    return {each.act.name for each in steps if isinstance(each.act, CreateIndex) and each.order < before}
