"""A migration asks within a transaction for what cannot be done in one."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.landscape.sql.migrations import Together
from weighbridge.landscape.sql.postgres import outside_only
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement."""
    for step in case[SqlChange].all_steps(Dialect.POSTGRES):
        what = outside_only(step.act) if step.is_uncommitted or step.deed.inside else ""
        if not what:
            continue
        if step.deed.inside:
            how = "a block is one"
        elif step.migration.together is Together.YES:
            how = "its tool runs this file in one"
        else:
            how = "one is open here"
        yield RULE.finding(f"{what} fails in a transaction, and {how}", step.place, anchor=step.anchor)
