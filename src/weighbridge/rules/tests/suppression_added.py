"""A change silences what checks its code."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.trials.directives import Directive, directives_in

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    reads=(CodeChange, ChangedBytes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(1127,),
    tags=("tests", "checks"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each kind of directive that a file gains; what only moved is not new."""
    sides = {path: _sides(file, case[ChangedBytes]) for path, file in case[CodeChange].files.items()}
    taken = Counter(_key(each) for before, _ in sides.values() for each in before)
    stay = Counter(_key(each) for _, after in sides.values() for each in after)
    moved = taken - (taken - stay)
    known = {each.kind for before, _ in sides.values() for each in before if not each.has_reason}
    for path, (before, after) in sides.items():
        file = case[CodeChange].files[path]
        fresh = [each for each in _new(file, before, after=after) if _is_new(each, moved)]
        if file.head is not None and not file.head.is_generated:
            yield from _told(path, fresh, known=known)


def _sides(file: FileCode, contents: ChangedBytes) -> tuple[list[Directive], list[Directive]]:
    language = {"tsx": "tsx"}.get(file.role, file.role)
    base, head = file.change.base, file.change.head
    before = contents.text(base.path, Side.BASE) if base else ""
    after = contents.text(head.path) if head else ""
    return list(directives_in(before, language)), list(directives_in(after, language))


def _key(each: Directive) -> tuple[str, str]:
    return each.kind, each.codes


def _new(file: FileCode, before: Sequence[Directive], *, after: Sequence[Directive]) -> Iterator[Directive]:
    """Those on lines that the change adds."""
    del before
    for each in after:
        if any(added.touches(each.line, each.line) for added in file.change.added):
            yield each


def _is_new(each: Directive, moved: "Counter[tuple[str, str]]") -> bool:
    """Whether no directive of its words went elsewhere in the change; each that went stands for one that came."""
    return not moved[_key(each)]


def _told(path: RepoPath, fresh: Sequence[Directive], *, known: set[str]) -> Iterator[Finding]:
    kinds: dict[tuple[str, bool, Severity], list[Directive]] = {}
    for each in fresh:
        severity = _severity(path, each, known=known)
        if severity is not None:
            kinds.setdefault((each.kind, each.is_bare, severity), []).append(each)
    for (_, is_bare, severity), found in kinds.items():
        first = found[0]
        codes = ", ".join(dict.fromkeys(each.codes for each in found if each.codes))
        what = (
            f"everything{' in this file' if first.is_wide else ''}"
            if is_bare
            else f"`{codes}`"
            if codes
            else "what it stands at"
        )
        if first.is_wide and not is_bare:
            what = f"{what} in all of this file"
        times = f" at {counted(len(found), 'place')}" if found[1:] else ""
        why = "" if all(each.has_reason for each in found) else ", and nothing says why"
        yield RULE.finding(
            f"`{first.kind}` silences {what}{times}{why}",
            Place(path=path, line=first.line, end_line=first.line),
            anchor=f"{first.kind} {codes}",
            related=tuple(
                RelatedPlace(place=Place(path=path, line=each.line, end_line=each.line), message="the same")
                for each in found[1:10]
            ),
            severity=severity,
        )


def _severity(path: RepoPath, each: Directive, *, known: set[str]) -> Severity | None:
    """None where it is the way of the place: narrow, or with a reason, or in a test."""
    if is_test(path):
        return Severity.LOW if each.is_wide and each.is_bare else None
    if each.is_security:
        return Severity.LOW if each.has_reason else Severity.MEDIUM
    if each.has_reason:
        return None
    if each.is_bare:
        is_usual = each.kind in known and not each.is_wide
        return (
            Severity.LOW
            if is_usual or each.kind in ("pragma: no cover", "coverage ignore", "@ts-expect-error")
            else Severity.MEDIUM
        )
    return Severity.LOW if each.is_wide or each.kind not in known else None
