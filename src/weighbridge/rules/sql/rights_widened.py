"""A migration gives more rights than before."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Grant
from weighbridge.landscape.sql.migrations import SqlChange

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=("sql", "access"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each grant, grave where it is to everybody, of everything, or may be passed on."""
    for step in case[SqlChange].steps():
        act = step.act
        if isinstance(act, Grant) and act.is_given:
            to, rights = ", ".join(act.to), ", ".join(act.rights)
            is_wide = (
                any(each.lower() in ("public", "anon") for each in act.to)
                or any(each.startswith("all") for each in act.rights)
                or act.may_pass_on
                or not act.on
            )
            over = f" over {act.on}" if act.on else ""
            more = ", and may pass it on" if act.may_pass_on else ""
            yield RULE.finding(
                f"{to} gets {rights}{over}{more}",
                step.place,
                anchor=step.anchor,
                severity=Severity.HIGH if is_wide else Severity.MEDIUM,
            )
