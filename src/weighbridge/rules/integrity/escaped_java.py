"""Java compiles a line otherwise than it reads."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import role_of
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.integrity.java_escapes import EscapedCode, escaped_code

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes),
    weaknesses=(1007, 116),
    tags=("integrity",),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each added line whose escapes are read before its comments and texts are."""
    content = case[ChangedBytes]
    java = [file for file in case[Change].files if file.head is not None and role_of(file.path) == "java"]
    unread = (data for file in java if isinstance(data := content.of(file.path), CouldNotLook))
    return [*_found(java, content), *unread]


def _found(java: Iterable[FileChange], content: ChangedBytes) -> Iterator[Finding]:
    for file in java:
        for each in escaped_code(content.text(file.path)):
            if any(span.touches(each.line, each.line) for span in file.added):
                yield RULE.finding(
                    _words(each),
                    Place(path=file.path, line=each.line, end_line=each.line),
                    anchor=f"{each.escape} {each.seems} {each.is_compiled_as}",
                    severity=RULE.severity if each.is_ascii else Severity.LOW,
                )


def _words(each: EscapedCode) -> str:
    if each.seems is each.is_compiled_as:
        return f"`{each.escape}` is code that does not read as what it is: Java puts the letter there before it looks further"
    return (
        f"`{each.escape}` is read before comments and texts are looked for: what seems to be {each.seems} is compiled as"
        f" {each.is_compiled_as}"
    )
