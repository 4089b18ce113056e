"""A file in the repository is a pointer: the bytes that run come from a large-file server and were not reviewed."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.integrity.contents import LARGEST_POINTER, is_text_by_name, pointer_size

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes),
    weaknesses=(353, 829),
    tags=("integrity",),
)


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each changed pointer; worse when it stands for something that people should be able to read."""
    content = case[ChangedBytes]
    return content.or_unread(_found(case[Change], content))


def _found(change: Change, content: ChangedBytes) -> Iterator[Finding]:
    for file in change.files:
        if file.head is None or not 0 < file.head.size <= LARGEST_POINTER:
            continue
        data = content.beginning(file.path)
        size = pointer_size(data) if isinstance(data, bytes) else None
        if size is not None:
            yield RULE.finding(
                f"this stands for {size:,} bytes on a large-file server, which were not looked at",
                Place(path=file.path),
                anchor=file.head.oid,
                severity=Severity.HIGH if is_text_by_name(file.path) else RULE.severity,
            )
