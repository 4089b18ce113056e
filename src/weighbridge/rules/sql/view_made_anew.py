"""A migration drops a view and makes it anew."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Create, Drop, Grant
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each view whose rights the script does not give again."""
    for step in case[SqlChange].steps():
        act = step.act
        if not isinstance(act, Drop) or "view" not in act.kind or step.migration.dialect is Dialect.SQLITE:
            continue
        name = last_part(act.name)
        if _is_made_after(step, name) and not _is_given_after(step, name):
            yield RULE.finding(
                f"the {act.kind} `{name}` is dropped and made anew: what rights were given on it are gone, and whoever reads it, exports"
                " and reports too, meets other rows or columns from that moment",
                step.place,
                anchor=f"{act.kind} {act.name}",
            )


def _is_made_after(step: Step, name: str) -> bool:
    made = (each for each in step.migration.doing(Create) if each.order >= step.order)
    return any(
        isinstance(each.act, Create) and "view" in each.act.kind and last_part(each.act.name) == name for each in made
    )


def _is_given_after(step: Step, name: str) -> bool:
    """Whether rights on it, or on whatever is there, are given behind it."""
    given = (each.act for each in step.after(Grant))
    return any(
        isinstance(act, Grant) and act.is_given and (last_part(act.on) == name or " " in act.on) for act in given
    )
