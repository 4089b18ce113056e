"""A migration lifts the limit on how long a statement may take or wait."""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AlterOther, SetParameter
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.postgres import locks_of
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.MEDIUM,
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
    """One finding for each limit that is lifted before something that makes others wait, or for everybody.

    What works for long under a lock is told by the rules about that, with or without `statement_timeout`; a wait without end is
    told nowhere else as what somebody asked for.
    """
    sql = case[SqlChange]
    for step in sql.all_steps(Dialect.POSTGRES):
        act = step.act
        if isinstance(act, SetParameter) and act.name in _LIMITS and act.value.lower() in _NONE:
            waited_for = _waited_for(sql, step, limit=act.name)
            if waited_for:
                yield RULE.finding(
                    f"{act.name} is lifted, and line {waited_for.act.line} then holds `{waited_for.act.table}` for as long as it takes",
                    step.place,
                    anchor=step.anchor,
                    severity=Severity.HIGH if act.name == "lock_timeout" else Severity.MEDIUM,
                )
        elif isinstance(act, AlterOther) and (found := _FOR_ALL.match(step.deed.text)):
            yield RULE.finding(
                f"{found['name'].lower()} is lifted for everybody, not for this migration alone",
                step.place,
                anchor=step.anchor,
            )


_LIMITS: Final = ("statement_timeout", "lock_timeout")
_NONE: Final = ("0", "0s", "0ms")
_FOR_ALL: Final = LatePattern(
    r"^alter\s+(?:role|user|database)\b.*\bset\s+(?P<name>statement_timeout|lock_timeout)\s*(?:=|to)\s*'?0\w{0,2}'?\s*$",
    re.IGNORECASE | re.DOTALL,
)


def _waited_for(sql: SqlChange, step: Step, *, limit: str) -> Step | None:
    """The first statement after it that blocks others while that limit is lifted."""
    for each in step.rest:
        if isinstance(each.act, SetParameter) and each.act.name == limit:
            return None
        for lock in () if sql.is_new(each) else locks_of(each.act):
            if lock.level.blocks and lock.table and (lock.extent.is_long or limit == "lock_timeout"):
                return each
    return None
