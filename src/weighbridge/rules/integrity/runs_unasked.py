"""A file runs although nothing calls it."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.integrity.build_extensions import BuildExtension, names_extensions, new_extensions
from weighbridge.landscape.integrity.unasked import (
    effects_of_loading,
    is_loaded_by_name,
    is_path_file,
    runs_at_start,
    runs_by_itself,
)
from weighbridge.landscape.manifests.claims import ManifestError
from weighbridge.landscape.tree import Tree

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes, CodeChange, Tree),
    weaknesses=(829, 506),
    tags=("integrity",),
)

_SHOWN: Final = 100
"""Characters of what a file says that are shown."""


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each file that runs by its name, each new line that Python executes when it starts, each new extension."""
    content = case[ChangedBytes]
    found = [*_at_start(case[Change], case[CodeChange], tree=case[Tree]), *_path_files(case[Change], content)]
    for file in case[CodeChange].files.values():
        if is_loaded_by_name(file.change.path):
            found += _when_loaded(file)
    files = [f for f in case[Change].files if f.head is not None and is_path_file(f.path)]
    unread = (data for file in files if isinstance(data := content.of(file.path), CouldNotLook))
    return [*found, *unread, *_in_every_build(case[Change], content)]


def _at_start(change: Change, code: CodeChange, *, tree: Tree) -> Iterator[Finding]:
    for file in change.files:
        if file.head is None or not runs_at_start(file.path, tree):
            continue
        known = code.files.get(file.path)
        is_new = file.base is None or not runs_at_start(file.base.path, tree)
        if is_new or known is None or any(symbol.depth is not ChangeDepth.TEXT for symbol in known.symbols):
            yield RULE.finding(
                "Python runs this file whenever it starts and finds it: no import names it",
                Place(path=file.path),
                anchor="at start",
                severity=RULE.severity if is_new else Severity.MEDIUM,
            )


def _path_files(change: Change, content: ChangedBytes) -> Iterator[Finding]:
    for file in change.files:
        if file.head is None or not is_path_file(file.path):
            continue
        lines = content.text(file.path).splitlines()
        for span in file.added:
            for number in range(span.start, min(span.end, len(lines)) + 1):
                line = lines[number - 1]
                if not line.strip() or line.startswith("#"):
                    continue
                is_run = runs_by_itself(line)
                yield RULE.finding(
                    "Python executes this line whenever it starts" if is_run else "Python looks for modules there too",
                    Place(path=file.path, line=number, end_line=number),
                    anchor=line,
                    severity=RULE.severity if is_run else Severity.MEDIUM,
                )


def _when_loaded(file: FileCode) -> Iterator[Finding]:
    before = {(each.kind, each.via) for each in effects_of_loading(file.base)} if file.base else set()
    told = set(before)
    for each in effects_of_loading(file.head) if file.head else ():
        if (each.kind, each.via) not in told:
            told.add((each.kind, each.via))
            yield RULE.finding(
                f"the test runner loads this file before any test, and loading it reaches for {each.kind} (`{each.via}`)",
                Place(path=file.change.path, line=each.line, end_line=each.line),
                anchor=f"{each.kind} {each.via}",
                severity=Severity.MEDIUM,
            )


def _in_every_build(change: Change, content: ChangedBytes) -> Iterator[Finding | CouldNotLook]:
    for file in change.files:
        if file.head is None or not names_extensions(file.path):
            continue
        before = content.of(file.base.path, Side.BASE) if file.base is not None else None
        after = content.of(file.path)
        if isinstance(before, CouldNotLook) or not isinstance(after, bytes):
            yield from (side for side in (before, after) if isinstance(side, CouldNotLook))
            continue
        try:
            yield from [_extension(each, file.path) for each in new_extensions(file.path, before, after=after)]
        except ManifestError as error:
            yield CouldNotLook(reason=Reason.UNPARSED, detail=f"{file.path}: {error}")


def _extension(each: BuildExtension, path: RepoPath) -> Finding:
    name, version, before = (text[:_SHOWN] for text in (each.name, each.version, each.before))
    another = f"Maven runs another version of `{name}` in every build: {version}, where it was {before}"
    return RULE.finding(
        f"Maven runs `{name}` in every build from now on" if each.is_new else another,
        Place(path=path, line=each.line, end_line=each.line),
        anchor=each.name,
        severity=Severity.MEDIUM if each.is_new and not each.is_plugin else Severity.LOW,
    )
