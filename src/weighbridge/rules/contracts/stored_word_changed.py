"""A word by which stored rows say what they are is another, and those that are stored keep the old one."""

from collections.abc import Iterable

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.contracts.implicit.stored_words import changed_words

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Change, ChangedBytes, CodeChange),
    roles=("python", "typescript", "tsx", "java"),
    tags=("contract", "data"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each word."""
    for word in changed_words(case[CodeChange], case[Change], contents=case[ChangedBytes]):
        yield RULE.finding(
            f"rows of `{word.of}` are known by `{word.after}` now and were stored with `{word.before}`: "
            "existing rows are no longer found, or cannot be read; nothing in this change converts them",
            word.file.at(word.line, symbol=word.of),
            anchor=f"{word.of} {word.before}",
        )
