"""A migration makes a rule by which what is written becomes something else, or nothing."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Create
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.words import words_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "data-loss",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each rule on writing that the table was there for; grave where nothing is done instead."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        if not isinstance(act, Create) or act.kind != "rule":
            continue
        found = _REWRITES.search(words_of(step.deed.text))
        if found is None:
            continue
        is_lost = found["what"] == "nothing"
        becomes = (
            "is lost, and who writes it is told that it went well" if is_lost else "becomes what the rule says instead"
        )
        yield RULE.finding(
            f"what is written by {found['on'].upper()} to `{act.table}` {becomes}",
            step.place,
            anchor=step.anchor,
            severity=Severity.HIGH if is_lost else Severity.MEDIUM,
        )


_REWRITES: Final = LatePattern(r"\bas on (?P<on>insert|update|delete) to \S+.*\bdo instead \(? ?(?P<what>\w+)")
