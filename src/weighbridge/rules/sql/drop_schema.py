"""A migration drops a schema or a database."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Create, Drop
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "data-loss",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each that the script did not make itself."""
    for step in case[SqlChange].steps():
        act = step.act
        if (
            isinstance(act, Drop)
            and act.kind in ("schema", "database", "tablespace", "owned")
            and not _is_own(step, act)
        ):
            yield RULE.finding(
                f"the {act.kind} `{act.name}` is dropped, with everything in it",
                step.place,
                anchor=f"{act.name} {step.anchor}",
            )


def _is_own(step: Step, act: Drop) -> bool:
    return any(
        isinstance(each.act, Create)
        and (each.act.kind, each.act.name) == (act.kind, act.name)
        and each.order < step.order
        for each in step.migration.doing(Create)
    )
