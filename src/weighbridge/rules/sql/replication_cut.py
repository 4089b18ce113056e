"""A migration keeps what it does, or what is written later, from replicas and subscribers."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.words import words_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "data",
        "deployment",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement."""
    for step in case[SqlChange].steps():
        if step.act is not step.deed.acts[0] or step.deed.text[:1].lower() not in _FIRST:
            continue
        words = words_of(step.deed.text)
        found = next((what for pattern, what in _CUT if pattern.match(words)), "")
        if found:
            yield RULE.finding(found, step.place, anchor=step.anchor)


_FIRST: Final = ("a", "s", "r", "p")
_CUT: Final = (
    (
        LatePattern(r"^alter publication \S+ (?:drop|set (?!\())"),
        "subscribers no longer receive the tables that leave the publication, and get no error",
    ),
    (
        LatePattern(r"^alter subscription \S+ (?:disable|drop publication|set publication)\b"),
        "what is written at the source comes no more, while the source keeps all of it for this subscriber",
    ),
    (
        LatePattern(r"^alter table\b.*\breplica identity nothing\b"),
        "subscribers cannot tell which row is meant: UPDATE and DELETE of a published table fail from now on",
    ),
    (
        LatePattern(r"^(?:select|perform)\b.*\bpg_drop_replication_slot ?\("),
        "whoever reads by that slot loses what it has not read yet, and must be built anew",
    ),
    (
        LatePattern(r"^set (?:session )?(?:@@)?(?:session\.)?sql_log_bin ?= ?(?:0|off)\b"),
        "what follows is not written to the binary log: replicas do not get it, and a restore does not bring it back",
    ),
    (
        LatePattern(r"^(?:reset (?:master|binary logs)|purge (?:master|binary) logs)\b"),
        "binary logs are thrown away: replicas that have not read them must be built anew, and no restore goes beyond the last backup",
    ),
)
