"""A Go file that was built is left out of the build."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import role_of
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.integrity.build_constraints import Lost, constraint_of, lost

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes),
    weaknesses=(561,),
    tags=("integrity",),
)

_MOST_NAMED: Final = 3


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each file that a platform, or a build with some tag, had on the base and has no more."""
    content = case[ChangedBytes]
    both = [file for file in case[Change].files if file.base is not None and file.head is not None]
    return content.or_unread(_found([file for file in both if role_of(file.path) == "go"], content))


def _found(files: Iterable[FileChange], content: ChangedBytes) -> Iterator[Finding]:
    for file in files:
        if file.base is None or file.head is None or role_of(file.base.path) != "go":
            continue
        before, after = content.whole(file.base.path, Side.BASE), content.whole(file.head.path)
        if not isinstance(before, bytes) or not isinstance(after, bytes):
            continue
        (was, _), (stated, at) = constraint_of(before), constraint_of(after)
        gone = lost((file.base.path, was), (file.head.path, stated))
        if gone is not None:
            line = at if stated != was else 0
            yield RULE.finding(
                _words(gone),
                Place(path=file.path, line=line, end_line=line),
                anchor=f"{stated} {' '.join(gone.platforms)}",
                severity=RULE.severity if gone.platforms else Severity.MEDIUM,
            )


def _words(gone: Lost) -> str:
    if gone.tags:
        with_tags = [tag for tag in gone.tags if not tag.startswith("!")]
        how = f"with the tag {', '.join(with_tags)}" if with_tags else f"without the tag {gone.tags[0][1:]}"
        return f"this file is left out of a build {how}: what it defines is not there"
    if gone.is_everywhere:
        return "this file is left out of every build now: what it defines is not there"
    names = ", ".join(gone.platforms[:_MOST_NAMED]) + (", …" if len(gone.platforms) > _MOST_NAMED else "")
    return f"this file is left out of the build for {names} now: what it defines there must stand elsewhere"
