"""squawk finds something in a script of PostgreSQL that it did not find before."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.sql.scans import SqlScanned, SqlScans
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange, SqlScans),
    roles=("sql", "input:squawk"),
    tags=("sql", "scanner"),
)
_JUDGED_HERE: Final = frozenset(
    {
        *("require-concurrent-index-creation", "require-concurrent-index-deletion", "require-concurrent-reindex"),
        *("require-concurrent-partition-detach", "ban-concurrent-index-creation-in-transaction"),
        *("constraint-missing-not-valid", "adding-foreign-key-constraint", "disallowed-unique-constraint"),
        *("adding-field-with-default", "adding-required-field", "adding-not-nullable-field", "changing-column-type"),
        *("adding-serial-primary-key-field", "renaming-column", "renaming-table", "renaming-object"),
        *("ban-drop-column", "ban-drop-table", "ban-drop-database", "ban-drop-schema", "ban-drop-not-null"),
        *("ban-drop-view", "ban-drop-function", "ban-drop-type", "ban-drop-sequence", "ban-drop-domain"),
        *("ban-drop-constraint", "ban-drop-index", "ban-drop-trigger", "ban-drop-extension", "ban-drop-policy"),
        *("ban-truncate-cascade", "ban-create-domain-with-constraint", "ban-alter-domain-with-add-constraint"),
        *("prefer-bigint-over-int", "prefer-bigint-over-smallint", "prefer-timestamp-tz", "prefer-repack"),
        *("require-lock-timeout", "require-timeout-settings", "ban-alter-row-level-security", "ban-disable-trigger"),
        *("ban-add-enum-value", "ban-add-column", "require-enum-value-ordering"),
    }
)
"""Its rules whose weakness rules of ours judge, by what was there before: told only where the statement is not read here."""
_OF_STYLE: Final = frozenset(
    {
        *("prefer-robust-stmts", "prefer-identity", "prefer-text-field", "ban-char-field", "require-table-schema"),
        *("require-statement-timeout", "unused-ignore", "syntax-error"),
    }
)
"""Its rules by which nobody waits, and nothing is lost or fails."""
_GRAVE: Final = frozenset(
    {
        *("require-concurrent-index-creation", "constraint-missing-not-valid", "adding-foreign-key-constraint"),
        *("disallowed-unique-constraint", "adding-field-with-default", "adding-not-nullable-field"),
        *("changing-column-type", "adding-serial-primary-key-field", "require-concurrent-reindex", "prefer-repack"),
        *("ban-drop-column", "ban-drop-table", "ban-drop-database", "ban-drop-schema", "ban-truncate-cascade"),
        "ban-uncommitted-transaction",
    }
)
"""Its rules that mean a lock for long, or a loss."""


def check(case: Case) -> Iterator[Finding | CouldNotLook]:
    """One finding for each of its own that no rule of ours judges."""
    new = case[SqlScans].new
    if isinstance(new, CouldNotLook):
        yield new
        return
    told: set[tuple[str, str, int]] = set()
    for each in new:
        known = (each.path, each.name, each.line)
        if each.name in _OF_STYLE or known in told or (each.name in _JUDGED_HERE and _is_read(case[SqlChange], each)):
            continue
        told.add(known)
        yield RULE.finding(
            f"{each.words} (squawk: {each.name})",
            Place(path=each.path, line=each.line, end_line=each.end_line),
            anchor=f"{each.name} {each.key}",
            severity=Severity.HIGH if each.name in _GRAVE else Severity.MEDIUM,
        )


def _is_read(sql: SqlChange, found: SqlScanned) -> bool:
    """Whether what it was found in is read here."""
    unread = (lines for each in sql.migrations if each.path == found.path for lines in each.unread)
    return not any(lines.line <= found.end_line and found.line <= lines.end_line for lines in unread)
