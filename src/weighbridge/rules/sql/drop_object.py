"""A migration drops what queries, columns or other parts of the schema lean on."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Create, Drop
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.drops import last_part
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import table_mentions

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(
        SqlChange,
        Landscapes,
    ),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each that the script neither made itself nor makes anew."""
    for step in case[SqlChange].steps():
        act = step.act
        if not isinstance(act, Drop) or act.kind not in _LEANT_ON or _is_own(step, act):
            continue
        severity = Severity.HIGH if act.is_cascading or _LEANT_ON[act.kind] else Severity.MEDIUM
        words = f"the {act.kind} `{last_part(act.name)}` is dropped"
        if act.is_cascading and act.kind in _OF_COLUMNS:
            words += ", and with it every column, view and function that leans on it"
            severity = Severity.CRITICAL
        elif act.is_cascading:
            words += ", and with it whatever leans on it, unnamed"
        mentions = table_mentions(case[Landscapes].head, last_part(act.name)).sure if act.kind in _IN_QUERIES else ()
        if mentions:
            words += f", while SQL in {mentions[0].place} still names it"
            severity = Severity.CRITICAL
        elif not act.is_cascading:
            words += ": code that asks for it fails from that moment"
        yield RULE.finding(words, step.place, anchor=f"{act.kind} {act.name}", severity=severity)


_LEANT_ON: Final = {
    "view": True, "materialized view": True, "type": True, "domain": True, "function": True, "procedure": True, "routine": True,
    "aggregate": True, "sequence": True, "extension": True, "operator": True, "role": True, "user": True, "publication": True,
    "subscription": True, "foreign table": True, "server": True, "trigger": False, "rule": False, "event": False, "synonym": False,
    "collation": False, "language": False, "cast": False,
}  # fmt: skip
"""What is dropped, and whether code asks for it by its name."""
_OF_COLUMNS: Final = ("type", "domain", "extension")
_IN_QUERIES: Final = ("view", "materialized view", "function", "foreign table")


def _is_own(step: Step, act: Drop) -> bool:
    """Whether the script made it before, or makes one of that name after it."""
    return any(
        isinstance(each.act, Create) and last_part(each.act.name) == last_part(act.name) and each.order != step.order
        for each in step.migration.steps
    )
