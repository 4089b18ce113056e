"""Code does something else, and no test reaches it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.inputs import Input, Inputs
from weighbridge.domain.outcomes import CouldNotLook, NotRead, Reason
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import AreaLevel
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.test_files import is_test, stands_aside
from weighbridge.landscape.trials.coverage_reports import CoverageReport, Ran, UnknownReportError, merged, read_report
from weighbridge.landscape.trials.tried import Untried, changed_functions, untried

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Landscapes, ComponentMap, Inputs),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(1059,),
    tags=("tests",),
)

KIND: Final = "coverage"
_LARGE: Final = 200
"""Added lines of code from which on a change is one that nobody holds in the head."""
_MANY: Final = 5
_MOST_SHOWN: Final = 3


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each file with changed code that no test runs, by the report that is given, or reaches, by name."""
    report, unread = _report(case[Inputs].of(KIND))
    yield from unread
    files = [
        file
        for path, file in case[CodeChange].files.items()
        if file.missing is None and not is_test(path) and not stands_aside(path)
    ]
    is_large = sum(file.change.lines_added for file in files) >= _LARGE
    unknown: list[Finding] = []
    for file in files:
        ran = report.of(file.change.path) if report else None
        if ran is not None:
            yield from _by_report(file, ran, case=case, is_large=is_large)
        elif not unread and file.head is not None and not unknown:
            found = list(_by_name(file, case=case, is_large=is_large))
            unknown = [each for each in found if each.severity is Severity.NOTE]
            yield from found


def _report(given: Sequence[Input]) -> tuple[CoverageReport | None, list[CouldNotLook]]:
    unread: list[CouldNotLook] = []
    reports: list[dict[str, Ran]] = []
    for each in given:
        if isinstance(each.data, CouldNotLook):
            unread.append(each.data)
            continue
        try:
            reports.append(read_report(each.data))
        except UnknownReportError as error:
            unread.append(CouldNotLook(reason=Reason.UNPARSED, detail=f"{each.path}: {error}"))
    return (merged(reports) if reports else None), unread


def _by_report(file: FileCode, ran: Ran, *, case: Case, is_large: bool) -> Iterator[Finding | CouldNotLook]:
    """Of the lines that the change adds, those that could run and did not."""
    head = file.head
    if head is None:
        return
    functions = [(d.line, d.end_line, s) for s, d in changed_functions(file)]
    added = {n for r in file.change.added for n in range(r.start, r.end + 1)}
    stale = _stale(file, ran, added=added)
    if stale is not None:
        yield stale
        return
    missed = sorted(added & ran.missed)
    could = len(added & (ran.missed | ran.run))
    if missed and functions:
        lines = ", ".join(str(n) for n in missed[:_MOST_SHOWN]) + (" …" if missed[_MOST_SHOWN:] else "")
        is_wide = is_large or len(missed) >= _MANY * 4
        yield RULE.finding(
            f"{len(missed)} of {counted(could, 'changed line')} that could run did not while the tests ran: {lines}",
            file.at(missed[0], symbol=_around(file, missed[0])),
            anchor=f"missed {len(missed)}",
            severity=_severity(file.change.path, case, is_large=is_wide),
            confidence=Confidence.HIGH,
        )


def _stale(file: FileCode, ran: Ran, *, added: set[int]) -> CouldNotLook | None:
    """Why a report is not one of this version of a file, where that shows."""
    assert file.head is not None, "only a file of head is looked up"
    told = ran.run | ran.missed
    stepping = {s.line for s in file.head.steps if s.scope > 0}
    is_beyond = bool(told) and max(told) > file.head.lines + 1
    new = stepping & added
    is_unknown = len(new) > _MANY and not new & told
    if not is_beyond and not is_unknown:
        return None
    detail = f"the report of coverage tells of another version of {file.change.path} than the head's"
    remedy = "run the tests of the head, and give the report of that run"
    return NotRead(reason=Reason.STALE_DATA, detail=detail, remedy=remedy, path=file.change.path)


def _around(file: FileCode, line: int) -> str:
    inside = [(d.end_line - d.line, s) for s, d in changed_functions(file) if d.line <= line <= d.end_line]
    return min(inside, key=lambda pair: pair[0])[1].symbol.rpartition("#")[2] if inside else ""


def _by_name(file: FileCode, *, case: Case, is_large: bool) -> Iterator[Finding]:
    view = case[Landscapes].head
    found = untried(file, view)
    if found is None:
        return
    if any(is_test(path) for paths in view.landscape.tree.code_by_oid.values() for path in paths):
        yield _finding(file, found, case=case, is_large=is_large)
    else:
        yield RULE.finding(
            f"whether `{found.names[0]}` was tried cannot be known: no test is in this tree, and no report of coverage was given",
            file.at(found.lines[0], symbol=found.names[0]),
            anchor="no tests",
            severity=Severity.NOTE,
        )


def _finding(file: FileCode, found: Untried, *, case: Case, is_large: bool) -> Finding:
    shown = ", ".join(f"`{name}`" for name in found.names[:_MOST_SHOWN])
    more = f" and {len(found.names) - _MOST_SHOWN} more" if found.names[_MOST_SHOWN:] else ""
    near = f"; the nearest is {found.nearest[0]}" if found.nearest else ""
    return RULE.finding(
        f"no test names {shown}{more}, or anything that leads there{near}",
        file.at(found.lines[0], symbol=found.names[0]),
        anchor=" ".join(found.names),
        related=tuple(
            RelatedPlace(place=file.at(line, symbol=name), message="nor this")
            for name, line in zip(found.names[1:10], found.lines[1:10], strict=True)
        ),
        severity=_severity(file.change.path, case, is_large=is_large or len(found.names) > _MANY),
    )


def _severity(path: RepoPath, case: Case, *, is_large: bool) -> Severity:
    """Who leans on the code, how delicate it is, and how much of it there is."""
    components = case[ComponentMap]
    is_delicate = components.area_of(path).value is AreaLevel.HIGH
    tier = components.component_of(path).tier
    is_leaned_on = tier.value == 1 and tier.declared
    return Severity.MEDIUM if is_delicate or is_leaned_on or is_large else Severity.LOW
