"""A Python file asks to be read in an encoding that is not what a reviewer sees."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.integrity.contents import (
    coding_cookie,
    is_plain_encoding,
    is_python,
    may_swallow,
    reads_plain_text_as_such,
    swallows,
)

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes),
    weaknesses=(1007, 838),
    tags=("integrity",),
)


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each file that asks now and did not ask before, or whose signs are swallowed only now."""
    content = case[ChangedBytes]
    return content.or_unread(_found(case[Change], content))


def _found(change: Change, content: ChangedBytes) -> Iterator[Finding]:
    for file in change.files:
        beginning = content.beginning(file.path)
        asked = _asked(beginning)
        if asked is None or not isinstance(beginning, bytes) or not is_python(file.path, beginning):
            continue
        old = file.base.path if file.base else None
        before = _asked(content.beginning(old, Side.BASE)) if old else None
        line, name = asked
        is_swallowing = _swallowed(name, content.whole(file.path))
        is_known = old is not None and before is not None and before[1] == name
        if is_known and (not is_swallowing or (old and _swallowed(name, content.whole(old, Side.BASE)))):
            continue
        severity, rest = _weighed(name, is_swallowing=is_swallowing)
        yield RULE.finding(
            f"Python reads this file as {name}: {rest}",
            Place(path=file.path, line=line, end_line=line),
            anchor=name,
            severity=severity,
        )


def _weighed(name: str, *, is_swallowing: bool) -> tuple[Severity, str]:
    if reads_plain_text_as_such(name):
        return Severity.LOW, "letters with accents show as others"
    if may_swallow(name) and not is_swallowing:
        return Severity.MEDIUM, "a letter beyond ASCII could take the sign behind it into itself"
    if is_swallowing:
        return RULE.severity, "signs that show here are parts of letters when it runs"
    return RULE.severity, "what stands here is not the text that runs"


def _swallowed(name: str, data: bytes | CouldNotLook | None) -> bool:
    return isinstance(data, bytes) and swallows(name, data)


def _asked(data: bytes | CouldNotLook | None) -> tuple[int, str] | None:
    found = coding_cookie(data) if isinstance(data, bytes) else None
    return None if found is None or is_plain_encoding(found[1]) else found
