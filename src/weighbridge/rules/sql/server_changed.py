"""A migration changes the server for everybody, not its own tables alone."""

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
        "deployment",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement."""
    for step in case[SqlChange].steps():
        if step.act is not step.deed.acts[0] or step.deed.text[:1].lower() not in _FIRST:
            continue
        words = words_of(step.deed.text)
        for pattern, what, severity in _CHANGED:
            if found := pattern.match(words):
                yield RULE.finding(
                    what.format(found.groupdict().get("name") or ""), step.place, anchor=step.anchor, severity=severity
                )
                break


_FIRST: Final = ("a", "f", "p", "s")
_CHANGED: Final = (
    (
        LatePattern(r"^alter system (?:set|reset) (?P<name>[\w.]+)"),
        "`{}` is set for every database of the server, and stays so whatever takes this migration back",
        Severity.HIGH,
    ),
    (
        LatePattern(r"^alter database \S+ set tablespace\b"),
        "the whole database is copied to another place, which nobody may be connected for",
        Severity.HIGH,
    ),
    (
        LatePattern(r"^flush (?:local |no_write_to_binlog )?tables\b.*\bwith read lock\b|^flush tables$"),
        "every table of the server is locked against writes, or waited for, until the session ends",
        Severity.HIGH,
    ),
    (
        LatePattern(
            r"^set (?:global|persist|@@global\.|@@persist\.) ?(?P<name>(?:super_)?read_only|event_scheduler|max_connections"
            r"|innodb_flush_log_at_trx_commit|sync_binlog|offline_mode)\b"
        ),
        "`{}` is set for the whole server: whoever else works with it is held to that too",
        Severity.HIGH,
    ),
    (
        LatePattern(r"^set (?:global |persist |@@global\.|@@persist\.)(?P<name>\w+)"),
        "`{}` is set for the whole server, not for this migration alone",
        Severity.MEDIUM,
    ),
    (
        LatePattern(r"^(?:select|perform)\b.*\bpg_terminate_backend ?\("),
        "sessions of others are ended in the middle of what they do",
        Severity.HIGH,
    ),
    (
        LatePattern(r"^(?:select|perform)\b.*\bpg_cancel_backend ?\("),
        "queries of others are cancelled in the middle of what they do",
        Severity.MEDIUM,
    ),
    (
        LatePattern(
            r"^alter (?:database \S+|(?:role|user) all(?: in database \S+)?) (?:re)?set (?P<name>search_path|role|row_security"
            r"|session_replication_role|default_transaction_isolation|standard_conforming_strings)\b"
        ),
        "`{}` is another for whoever connects from then on: the same query means something else, or fails",
        Severity.HIGH,
    ),
    (
        LatePattern(r"^alter extension (?P<name>\S+) update\b"),
        "scripts of the server's that stand nowhere here alter what `{}` brings, under the code that uses it",
        Severity.MEDIUM,
    ),
    (
        LatePattern(r"^prepare transaction\b"),
        "what it locks stays locked when the session ends, until somebody commits or rolls it back by its name",
        Severity.HIGH,
    ),
)
