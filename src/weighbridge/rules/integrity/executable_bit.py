"""A file that is no script becomes executable."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.change import Change, Mode
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.integrity.contents import is_text_by_name

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(Change, ChangedBytes),
    weaknesses=(732,),
    tags=("integrity",),
)


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each file that is executable now and was not, unless it is a script that says what runs it."""
    content = case[ChangedBytes]
    return content.or_unread(_found(case[Change], content))


def _found(change: Change, content: ChangedBytes) -> Iterator[Finding]:
    for file in change.files:
        was = file.base is not None and file.base.mode is Mode.EXECUTABLE
        if file.head is None or file.head.mode is not Mode.EXECUTABLE or was:
            continue
        data = content.beginning(file.path)
        if isinstance(data, bytes) and data.startswith(b"#!"):
            continue
        what = "text without a first line that says what runs it" if is_text_by_name(file.path) else "no script"
        yield RULE.finding(f"this may be run now, and is {what}", Place(path=file.path), anchor="executable")
