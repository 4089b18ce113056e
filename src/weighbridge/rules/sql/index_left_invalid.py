"""A migration builds a unique index beside the work that goes on, and takes what an earlier try left behind for it."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import CreateIndex, DropIndex
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each index that the script does not drop first."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        if not isinstance(act, CreateIndex) or not (act.is_unique and act.is_concurrent and act.is_conditional):
            continue
        if not _is_dropped_before(step, act.name):
            yield RULE.finding(
                f"if two rows of `{act.table}` are alike in {', '.join(act.columns)}, the build fails and leaves `{act.name}` invalid: the"
                " next run finds it there, skips it and succeeds, while nothing enforces that rows are unique",
                step.place,
                anchor=step.anchor,
            )


def _is_dropped_before(step: Step, name: str) -> bool:
    return any(
        isinstance(each.act, DropIndex) and each.order < step.order and last_part(each.act.name) == last_part(name)
        for each in step.migration.doing(DropIndex)
    )
