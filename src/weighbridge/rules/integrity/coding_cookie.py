"""A Python file asks to be read in an encoding that is not what a reviewer sees."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import role_of
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.integrity.contents import coding_cookie, is_plain_encoding, reads_plain_text_as_such

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes),
    weaknesses=(1007, 838),
    tags=("integrity",),
)


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each file that asks now and did not ask before."""
    content = case[ChangedBytes]
    return content.or_unread(_found(case[Change], content))


def _found(change: Change, content: ChangedBytes) -> Iterator[Finding]:
    for file in change.files:
        if file.head is None or role_of(file.path) != "python":
            continue
        asked = _asked(content.beginning(file.path))
        before = _asked(content.beginning(file.base.path, Side.BASE)) if file.base else None
        if asked is None or (before is not None and before[1] == asked[1]):
            continue
        line, name = asked
        harmless = reads_plain_text_as_such(name)
        rest = "letters with accents show as others" if harmless else "what stands here is not the text that runs"
        yield RULE.finding(
            f"Python reads this file as {name}: {rest}",
            Place(path=file.path, line=line, end_line=line),
            anchor=name,
            severity=Severity.LOW if harmless else RULE.severity,
        )


def _asked(data: bytes | CouldNotLook | None) -> tuple[int, str] | None:
    found = coding_cookie(data) if isinstance(data, bytes) else None
    return None if found is None or is_plain_encoding(found[1]) else found
