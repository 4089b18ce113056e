"""A migration asks more of a domain, and searches every table that has a column of it."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AlterOther, Create
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.words import words_of

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
    """One finding for each domain that was there."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        if not isinstance(act, AlterOther) or not act.what.startswith("alter domain"):
            continue
        found = _ASKS.match(words_of(step.deed.text))
        if found is not None and not _is_own(step, found["name"]):
            yield RULE.finding(
                f"every table with a column of `{found['name']}` is locked against writes while all its rows are read, one after the"
                " other",
                step.place,
                anchor=step.anchor,
            )


_ASKS: Final = LatePattern(r"^alter domain (?P<name>\S+) (?:set not null\b|add (?!.*\bnot valid\b))")


def _is_own(step: Step, name: str) -> bool:
    return any(
        isinstance(each.act, Create) and each.act.kind == "domain" and each.act.name == name and each.order < step.order
        for each in step.migration.doing(Create)
    )
