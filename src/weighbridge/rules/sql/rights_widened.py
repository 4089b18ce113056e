"""A migration gives somebody rights."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Act, AlterOther, Create, Grant
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.words import words_of

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "access",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each grant, grave where it is to everybody, over everything, or may be passed on."""
    sql = case[SqlChange]
    for step in sql.all_steps():
        act = step.act
        if isinstance(act, Grant) and act.is_given:
            is_wide = _is_wide(act)
            if not is_wide and sql.is_new(step):
                continue
            over = f" over {act.on}" if act.on else ""
            more = ", and may pass it on" if act.may_pass_on else ""
            yield RULE.finding(
                f"{', '.join(act.to)} gets {', '.join(act.rights)}{over}{more}",
                step.place,
                anchor=step.anchor,
                severity=Severity.HIGH if is_wide else Severity.MEDIUM,
            )
        elif isinstance(act, AlterOther) and (joined := _of_group(step)) is not None:
            yield joined
        elif _is_of_role(act) and (found := _POWER.search(words_of(step.deed.text))):
            yield RULE.finding(
                f"`{found['who']}` gets {found['power']}, which no right over a table limits",
                step.place,
                anchor=step.anchor,
                severity=Severity.HIGH,
            )


_JOINS: Final = LatePattern(r"^alter group (?P<group>\S+) add user (?P<who>.+)$")
_POWER: Final = LatePattern(
    r"^(?:create|alter) (?:role|user) (?:if not exists )?(?P<who>\S+)\b.*(?<!\w)(?P<power>superuser|bypassrls|createrole|replication)\b"
)
_EVERYBODY: Final = ("public", "anon", "'%'")
_STRONG: Final = (
    "pg_read_all_data",
    "pg_write_all_data",
    "pg_execute_server_program",
    "pg_write_server_files",
    "pg_read_server_files",
    "postgres",
    "rds_superuser",
    "cloudsqlsuperuser",
    "azure_pg_admin",
    "supabase_admin",
)
"""Roles whose members may do what no right over a table limits."""


def _of_group(step: Step) -> Finding | None:
    """PostgreSQL's older word for making somebody a member of a role."""
    found = _JOINS.match(words_of(step.deed.text))
    if found is None:
        return None
    words = f"{found['who']} gets what `{found['group']}` may"
    return RULE.finding(words, step.place, anchor=step.anchor, severity=Severity.MEDIUM)


def _is_wide(act: Grant) -> bool:
    to = [each.lower().strip('"') for each in act.to]
    rights = [each.lower() for each in act.rights]
    on = act.on.lower()
    is_of_all = on.startswith("all ") or on in ("*.*", "* . *")
    return (
        any(each in _EVERYBODY or each.endswith("@'%'") for each in to)
        or act.may_pass_on
        or (is_of_all and any(each.startswith("all") for each in rights))
        or (not on and any(each in _STRONG for each in rights))
    )


def _is_of_role(act: Act) -> bool:
    if isinstance(act, Create):
        return act.kind in ("role", "user")
    return isinstance(act, AlterOther) and act.what.startswith(("alter role", "alter user"))
