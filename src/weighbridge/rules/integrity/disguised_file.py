"""A file is something else than its name says."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import Change, Mode
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.integrity.contents import disguise, is_text_by_name

_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
"""How UTF-16 text begins, which is full of NULs and honest about it."""

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes),
    weaknesses=(646, 451),
    tags=("integrity",),
)


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each changed file that is now a program or an archive, or now holds a NUL that hides its text."""
    content = case[ChangedBytes]
    return content.or_unread(_found(case[Change], content))


def _found(change: Change, content: ChangedBytes) -> Iterator[Finding]:
    for file in change.files:
        if file.head is None or file.head.mode in (Mode.SYMLINK, Mode.SUBMODULE):
            continue
        words = _words(file.path, content.beginning(file.path))
        before = _words(file.path, content.beginning(file.base.path, Side.BASE)) if file.base is not None else ""
        if words and words != before:
            yield RULE.finding(words, Place(path=file.path), anchor=words)


def _words(path: RepoPath, data: bytes | CouldNotLook | None) -> str:
    if not isinstance(data, bytes):
        return ""
    other = disguise(path, data)
    if other:
        return f"this is {other}, not what its name says"
    if is_text_by_name(path) and b"\0" in data and not data.startswith(_WIDE):
        return "this is text with a NUL in it: git and review pages take it for binary and show no difference"
    return ""
