"""A program changes the schema by itself when it starts."""

from collections.abc import Iterable

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.test_files import stands_aside

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(
        Change,
        ChangedBytes,
    ),
    tags=(
        "sql",
        "schema",
        "data-loss",
    ),
)
_WORDS = (b"ynchroni", b"sync", b"YNCHRONI", b"ddl", b"DDL", b"dropSchema", b"DROP_SCHEMA", b"generation", b"prisma", b"schema:", b"dropDatabase", b"strategy")  # fmt: skip
"""One of these stands in every file that says so."""


def check(case: Case) -> Iterable[Finding]:
    """One finding for each setting or call that newly has the schema follow the classes."""
    contents = case[ChangedBytes]
    for file in case[Change].files:
        if file.head is None or not file.added:
            continue
        data = contents.of(file.path)
        if not isinstance(data, bytes) or not any(word in data for word in _WORDS):
            continue
        from weighbridge.landscape.sql.following import followed, may_follow  # noqa: PLC0415 - few changes hold such words

        if not may_follow(file.path):
            continue
        old = contents.of(file.base.path, Side.BASE) if file.base is not None else None
        before = (
            [each.said for each in followed(file.path, old.decode("utf-8", "replace"))]
            if isinstance(old, bytes)
            else []
        )
        for each in followed(file.path, data.decode("utf-8", "replace")):
            if each.said in before:
                before.remove(each.said)
                continue
            yield RULE.finding(
                f"`{each.said}`: each time the program starts {each.does}, outside of all migrations",
                Place(path=file.path, line=each.line, end_line=each.line),
                anchor=each.said,
                severity=Severity.MEDIUM if each.is_adding or stands_aside(file.path) else Severity.HIGH,
            )
