"""A change eases what is to judge it."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from weighbridge.domain.change import Change, FileChange, FileStatus
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, NotRead, Reason
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.owners.model import CodeOwners
from weighbridge.landscape.owners.read import PLACES, read_owners
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.trials.checker_names import is_of_checkers

if TYPE_CHECKING:
    from weighbridge.landscape.trials.judges import Eased

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes, Tree),
    weaknesses=(693,),
    tags=("tests", "checks", "protection"),
)

_OURS: Final = ".weighbridge/"
_RULE, _PATH = "rule", "path"
_OWN: Final = {"policy": "the rules by which changes pass", "baseline": "the findings that are known and let be"}
_OWN_MORE: Final = {"suppressions": "what is let be", "waivers": "what is let be for a time"}


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each setting that asks less of what the same change does."""
    files = case[Change].files
    code = [file.path for file in files if role_of(file.path) in CODE and not is_of_checkers(file.path)]
    for file in files:
        if file.path.startswith(_OURS):
            yield from _of_ours(file, code)
        elif file.path in PLACES:
            yield from _of_owners(file, files, contents=case[ChangedBytes])
        elif is_of_checkers(file.path) and file.base is not None and file.head is not None:
            yield from _of_checkers(file, code, case=case)


def _of_ours(file: FileChange, code: list[RepoPath]) -> Iterator[Finding]:
    stem = file.path.removeprefix(_OURS).partition("/")[0].partition(".")[0]
    what = (_OWN | _OWN_MORE).get(stem)
    if what is None or not code or (stem == "policy" and file.status is FileStatus.ADDED):
        return
    yield RULE.finding(
        f"a change of {counted(len(code), 'file')} of code rewrites `{file.path}` as well, {what}: it is judged by those of the"
        " target branch, and the next one by these",
        Place(path=file.path, line=_line(file), end_line=_line(file)),
        anchor=f"ours {stem}",
        severity=Severity.HIGH if stem in ("policy", "waivers", "suppressions") else Severity.MEDIUM,
    )


def _of_owners(
    file: FileChange, files: Iterable[FileChange], *, contents: ChangedBytes
) -> Iterator[Finding | CouldNotLook]:
    """Entries of CODEOWNERS that go, of what the same change touches."""
    sides: list[CodeOwners] = []
    for side in (Side.BASE, Side.HEAD):
        blob = file.on(side)
        data = contents.of(blob.path, side) if blob else b""
        owners = read_owners(data if isinstance(data, bytes) else b"", file.path)
        if isinstance(owners, CouldNotLook):
            yield owners
            return
        sides.append(owners)
    lost = [f.path for f in files if sides[0].owners_of(f.path) and not sides[1].owners_of(f.path) and f is not file]
    if lost:
        answered = ", ".join(sides[0].owners_of(lost[0]))
        more = f" and {counted(len(lost) - 1, 'other file')}" if lost[1:] else ""
        yield RULE.finding(
            f"nobody answers for `{lost[0]}`{more} from now on, which the same change touches: it was {answered}",
            Place(path=file.path, line=0, side=Side.HEAD if file.head else Side.BASE),
            anchor=f"owners {lost[0]}",
            severity=Severity.HIGH,
        )


def _of_checkers(file: FileChange, code: list[RepoPath], *, case: Case) -> Iterator[Finding | CouldNotLook]:
    from weighbridge.landscape.trials.judges import eased, settings_of  # noqa: PLC0415 - few changes touch such a file

    texts = [
        case[ChangedBytes].text(file.base.path if file.base else file.path, Side.BASE),
        case[ChangedBytes].text(file.path),
    ]
    before, after = settings_of(file.path, texts[0]), settings_of(file.path, texts[1])
    if before is None or after is None:
        detail = f"{file.path} holds settings of checkers and could not be read"
        yield NotRead(reason=Reason.UNPARSED, detail=detail, path=file.path)
        return
    paths = code or list(case[Tree].blobs)
    for each in eased(before, after, paths=paths, name=file.path):
        severity = _severity(each, code)
        if severity is not None:
            yield _finding(file, each, lines=texts[1].splitlines(), severity=severity)


def _severity(each: "Eased", code: list[RepoPath]) -> Severity | None:
    """None where it says nothing of what the change does."""
    if each.kind == _RULE and not code:
        return None
    if each.kind == _PATH and not each.paths:
        return None
    if not code:
        return Severity.LOW
    return Severity.LOW if each.kind == _RULE and not each.paths else Severity.MEDIUM


def _finding(file: FileChange, each: "Eased", *, lines: list[str], severity: Severity) -> Finding:
    beside = f", and with it `{each.paths[0]}`" if each.paths else ""
    more = f" and {counted(len(each.paths) - 1, 'other file')}" if each.paths[1:] else ""
    touched = ", which the same change touches" if each.paths and severity is Severity.MEDIUM else ""
    added = [n for r in file.added for n in range(r.start, min(r.end, len(lines)) + 1)]
    last = each.setting.rpartition(".")[2]
    line = next((n for n in added if each.value and each.value in lines[n - 1]), 0)
    line = line or next((n for n in added if last in lines[n - 1]), added[0] if added else 0)
    return RULE.finding(
        f"{each.words}{beside}{more}{touched}",
        Place(path=file.path, line=line, end_line=line),
        anchor=f"{each.setting} {each.words}",
        severity=severity,
    )


def _line(file: FileChange) -> int:
    return file.added[0].start if file.added and file.head else 0
