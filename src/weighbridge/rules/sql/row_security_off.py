"""A migration lifts or loosens row-level security."""

import re
from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AlterOther, Create, Drop, RowSecurity
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.words import words_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    weaknesses=(284,),
    tags=(
        "sql",
        "access",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each table and policy."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        words, severity = "", Severity.HIGH
        if isinstance(act, RowSecurity) and act.how in ("disable", "no force"):
            words = (
                f"row-level security of `{act.table}` is off ({act.how}): whoever may read the table reads every row"
            )
        elif isinstance(act, Drop) and act.kind == "policy":
            words = (
                f"the policy `{act.name}` of `{act.table}` is dropped: rows are seen, or hidden, otherwise than before"
            )
            severity = Severity.MEDIUM if _is_made_again(step, act) else Severity.HIGH
        elif isinstance(act, AlterOther) and act.what.startswith("alter policy"):
            words, severity = _of_altered(act, words_of(step.deed.text))
        elif isinstance(act, Create) and act.kind == "policy" and act.value and _lets_all(act.value.text):
            words = f"the policy `{act.name}` of `{act.table}` lets whoever it is for have every row"
            severity = Severity.MEDIUM
        if words:
            yield RULE.finding(words, step.place, anchor=step.anchor, severity=severity)


def _of_altered(act: AlterOther, words: str) -> tuple[str, Severity]:
    """What another condition, or another role, of a policy means."""
    name = act.what.removeprefix("alter policy ")
    if _lets_all(words):
        return f"the policy `{name}` of `{act.table}` lets whoever it is for have every row", Severity.HIGH
    if re.search(r"\bto public\b", words):
        return f"the policy `{name}` of `{act.table}` holds for everybody from now on", Severity.HIGH
    return "", Severity.MEDIUM


def _is_made_again(step: Step, act: Drop) -> bool:
    return any(
        isinstance(each.act, Create) and each.act.kind == "policy" and each.act.table == act.table
        for each in step.after(Create)
    )


def _lets_all(text: str) -> bool:
    plain = text.lower().replace(" ", "")
    return "using(true)" in plain or "withcheck(true)" in plain
