"""A migration lets rows be seen that a policy kept from being seen."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Create, Drop, RowSecurity
from weighbridge.landscape.sql.dialects import Dialect
from weighbridge.landscape.sql.migrations import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "access", "postgresql"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each table and policy."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        if isinstance(act, RowSecurity) and act.how in ("disable", "no force"):
            yield RULE.finding(
                f"row-level security of `{act.table}` is off ({act.how}): whoever may read the table reads every row",
                step.place,
                anchor=step.anchor,
            )
        elif isinstance(act, Drop) and act.kind == "policy":
            yield RULE.finding(
                f"the policy `{act.name}` of `{act.table}` is dropped: rows are seen, or hidden, otherwise than before",
                step.place,
                anchor=step.anchor,
            )
        elif isinstance(act, Create) and act.kind == "policy" and act.value and _lets_all(act.value.text):
            yield RULE.finding(
                f"the policy `{act.name}` of `{act.table}` lets everybody see every row", step.place, anchor=step.anchor
            )


def _lets_all(text: str) -> bool:
    plain = text.lower().replace(" ", "")
    return "using(true)" in plain or "withcheck(true)" in plain
