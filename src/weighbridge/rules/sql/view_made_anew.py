"""A migration drops a view and makes it anew."""

from collections.abc import Iterable
from typing import Final

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
    sql = case[SqlChange]
    for step in sql.steps():
        act = step.act
        if not isinstance(act, Drop) or "view" not in act.kind or step.migration.dialect is Dialect.SQLITE:
            continue
        name = last_part(act.name)
        if not _is_made_after(step, name) or _is_given_to_many(step):
            continue
        again = _given_after(step, name)
        lost = [each for each in _readers(sql, step, name=name) if each not in again]
        if lost or not again:
            named = ", ".join(f"`{each}`" for each in lost[:_MOST_NAMED])
            gone = f"the rights of {named} on it are" if lost else "what rights were given on it are"
            yield RULE.finding(
                f"the {act.kind} `{name}` is dropped and made anew: {gone} gone, and whoever reads it, exports"
                " and reports too, meets other rows or columns from that moment",
                step.place,
                anchor=f"{act.kind} {act.name}",
                severity=Severity.HIGH if lost else Severity.MEDIUM,
            )


def _is_made_after(step: Step, name: str) -> bool:
    made = (each for each in step.migration.doing(Create) if each.order >= step.order)
    return any(
        isinstance(each.act, Create) and "view" in each.act.kind and last_part(each.act.name) == name for each in made
    )


def _is_given_to_many(step: Step) -> bool:
    """Whether rights on whatever is there are given behind it."""
    return any(isinstance(each.act, Grant) and each.act.is_given and " " in each.act.on for each in step.after(Grant))


def _given_after(step: Step, name: str) -> frozenset[str]:
    """The roles that get rights on it behind the step."""
    given = (each.act for each in step.after(Grant))
    is_meant = (act for act in given if isinstance(act, Grant) and act.is_given and last_part(act.on) == name)
    return frozenset(role.lower() for act in is_meant for role in act.to)


def _readers(sql: SqlChange, step: Step, *, name: str) -> tuple[str, ...]:
    """The roles that earlier scripts gave rights on the view itself, and took them from no more."""
    found: dict[str, None] = {}
    for _, act in sql.known.done_to(name, step.migration.dialect):
        if isinstance(act, Grant) and last_part(act.on) == name and not act.is_default:
            for role in act.to:
                if act.is_given:
                    found[role.lower()] = None
                elif any(right.lower().startswith(("all", "select")) for right in act.rights):
                    found.pop(role.lower(), None)
    return tuple(found)


_MOST_NAMED: Final = 4
