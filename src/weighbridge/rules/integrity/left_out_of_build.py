"""A Go file that was built is left out of the build."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.paths import folder_of
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import role_of
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.integrity.build_constraints import Lost, constraint_of, lost, platforms_of

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
    return content.or_unread(_found(case[Change], content))


def _found(change: Change, content: ChangedBytes) -> Iterator[Finding]:
    for file in change.files:
        if file.base is None or file.head is None or {role_of(file.base.path), role_of(file.path)} != {"go"}:
            continue
        before, after = content.whole(file.base.path, Side.BASE), content.whole(file.head.path)
        if not isinstance(before, bytes) or not isinstance(after, bytes):
            continue
        (was, _), (stated, at) = constraint_of(before), constraint_of(after)
        gone = lost((file.base.path, was), (file.head.path, stated))
        if gone is not None:
            line = at if stated != was else 0
            other = _in_its_place(gone, file, files=change.files, content=content)
            yield RULE.finding(
                _words(gone, other),
                Place(path=file.path, line=line, end_line=line),
                anchor=f"{stated} {' '.join(gone.platforms)}",
                severity=RULE.severity if gone.platforms and not other else Severity.MEDIUM,
            )


def _in_its_place(gone: Lost, file: FileChange, *, files: Iterable[FileChange], content: ChangedBytes) -> str:
    """A file of the same folder that this change brings to every platform the other one left; empty where there is none."""
    for other in files:
        if other.path == file.path or folder_of(other.path) != folder_of(file.path) or other.head is None:
            continue
        after = content.whole(other.path)
        if not isinstance(after, bytes) or role_of(other.path) != "go":
            continue
        before = content.whole(other.base.path, Side.BASE) if other.base is not None else b""
        was = platforms_of(other.base.path, before) if other.base is not None and isinstance(before, bytes) else ()
        now = platforms_of(other.path, after)
        if gone.platforms and all(each in now and each not in was for each in gone.platforms):
            return other.path.rpartition("/")[2]
    return ""


def _words(gone: Lost, other: str) -> str:
    if other:
        return f"this file is left out of the build for {_listed(gone)} now, and {other} is built there in its place"
    if gone.tags:
        with_tags = [tag for tag in gone.tags if not tag.startswith("!")]
        how = f"with the tag {', '.join(with_tags)}" if with_tags else f"without the tag {gone.tags[0][1:]}"
        return f"this file is left out of a build {how}: what it defines is not there"
    if gone.is_everywhere:
        return "this file is left out of every build now: what it defines is not there"
    return f"this file is left out of the build for {_listed(gone)} now: what it defines there must stand elsewhere"


def _listed(gone: Lost) -> str:
    return ", ".join(gone.platforms[:_MOST_NAMED]) + (", …" if len(gone.platforms) > _MOST_NAMED else "")
