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
    sql = case[SqlChange]
    for step in sql.steps(Dialect.POSTGRES):
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
            is_passed_by = _is_for_all(words_of(step.deed.text)) and _hides(sql, step)
            words += ", whatever the policies say that are there: one that lets is enough" if is_passed_by else ""
            severity = Severity.HIGH if is_passed_by else Severity.MEDIUM
        if words:
            yield RULE.finding(words, step.place, anchor=step.anchor, severity=severity)


def _is_for_all(words: str) -> bool:
    """Whether a policy is no further limit, and lets everybody who works with the database read."""
    found = re.search(r"\bto (.+?) (?:using|with check)\b", words)
    is_of_all = found is None or any(each in found[1] for each in ("public", "anon", "authenticated"))
    return is_of_all and "as restrictive" not in words and "using" in words


def _hides(sql: SqlChange, step: Step) -> bool:
    """Whether a policy that was there lets some rows be seen, and not others."""
    return any(
        isinstance(act, Create) and act.kind == "policy" and act.value and not _lets_all(act.value.text)
        for act in sql.known.acts_on(step.act.table, step.migration.dialect)
    )


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
