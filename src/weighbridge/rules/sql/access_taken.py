"""A migration takes away from a role what it works with: its login, its connection, its rights."""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AlterOther, Create, Grant, SetParameter
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
        "access",
        "deployment",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement."""
    sql = case[SqlChange]
    for step in sql.steps():
        act = step.act
        if isinstance(act, Grant):
            yield from _of_rights(step, act)
            continue
        is_asked = isinstance(act, AlterOther) and act.what.startswith(_OF_LOGIN)
        if not is_asked and not (isinstance(act, SetParameter) and act.name == "password"):
            continue
        words = words_of(step.deed.text)
        for pattern, what in _TAKEN:
            if pattern.match(words) and not _is_own(step, words):
                yield RULE.finding(what, step.place, anchor=step.anchor)
                break


_OF_LOGIN: Final = ("alter role", "alter user", "alter database", "alter group")
_ACCOUNT: Final = r"^alter (?:role|user)\b.*"
_TAKEN: Final = (
    (
        LatePattern(
            _ACCOUNT + r"\b(?:nologin|account lock|connection limit 0|password expire(?! (?:never|default)))\b"
        ),
        "the role can no longer log in: whoever works by it fails with the next connection",
    ),
    (
        LatePattern(_ACCOUNT + r"\b(?:password(?! expire)|identified (?:by|with)|valid until)\b|^set password\b"),
        "the role logs in otherwise from now on: whoever holds the old password fails with the next connection",
    ),
    (
        LatePattern(
            r"^alter database\b.*\b(?:allow_connections (?:= )?false|connection limit (?:= )?0|read only (?:= )?1)\b"
        ),
        "the database lets nobody connect, or write, from now on",
    ),
    (
        LatePattern(
            r"^alter (?:role|user|database)\b.*\bset (?:session )?default_transaction_read_only (?:=|to) (?:on|true|1)\b"
        ),
        "whoever connects from now on may only read: every write fails",
    ),
)


def _of_rights(step: Step, act: Grant) -> Iterable[Finding]:
    """What is taken from roles by name; what everybody had is no one's to rely on."""
    losing = [each for each in act.to if each.lower().strip('"') not in _EVERYBODY]
    if act.is_given or act.is_default or not losing or _is_given_anew(step, act):
        return
    rights = ", ".join(act.rights)
    over = f" over {act.on}" if act.on else ""
    is_whole = bool(re.match(r"(?:database|schema)\b", act.on, re.IGNORECASE)) and not _MAKING.issuperset(act.rights)
    yield RULE.finding(
        f"{', '.join(losing)} loses {rights}{over}: what it still asks for by that is refused from that moment",
        step.place,
        anchor=step.anchor,
        severity=Severity.HIGH if is_whole else Severity.MEDIUM,
    )


_EVERYBODY: Final = ("public", "anon", "authenticated")
_MAKING: Final = frozenset({"create", "temporary", "temp"})
"""Rights that programs at work do not need."""


def _is_given_anew(step: Step, act: Grant) -> bool:
    """Whether the script gives rights over the same to the same role after it."""
    return any(
        isinstance(each.act, Grant) and each.act.is_given and each.act.on == act.on and set(act.to) <= set(each.act.to)
        for each in step.after(Grant)
    )


def _is_own(step: Step, words: str) -> bool:
    """Whether the script made the role."""
    return any(
        isinstance(each.act, Create)
        and each.act.kind in ("role", "user")
        and each.order < step.order
        and re.search(rf"\b{re.escape(each.act.name.lower())}\b", words)
        for each in step.migration.doing(Create)
    )
