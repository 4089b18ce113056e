"""Versions under which tools note what ran: those that a change gives twice, and those of Alembic's that fork or go.

What each tool does: `goose: duplicate version`, `duplicate migration file` (golang-migrate), `Found more than one migration with version`
(Flyway), `DuplicateMigrationVersionError` (Rails), `Multiple head revisions` and `Can't locate revision` (Alembic).
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of
from weighbridge.landscape.sql.known_types import series_of
from weighbridge.landscape.sql.moved import revision_of, root_of
from weighbridge.landscape.sql.parents import django_parents_missing
from weighbridge.landscape.sql.undoing import undoes
from weighbridge.landscape.sql.written import serves_tests

_RAILS: Final = LatePattern(r"(?:^|/)db/(?:\w*migrate)/(?:[^/]+/)*(?P<version>\d{3,})_\w+\.rb$")
_FLYWAY: Final = LatePattern(r"(?:^|/)V(?P<version>\d[\d_.]*)__[^/]+\.(?:sql|java)$")
_GOLANG: Final = LatePattern(r"(?:^|/)(?P<version>\d+)_[^/]*\.up\.sql$")
_NUMBERED: Final = LatePattern(r"(?:^|/)(?P<version>\d+)_[^/]+\.(?:sql|go)$")
_GOOSE: Final = LatePattern(r"^--\s*\+goose\s+up\s*$", re.IGNORECASE | re.MULTILINE)
_DOWN: Final = LatePattern(r"^down_revision\b\s*(?::[^=\n]+)?=\s*(?P<value>\([^)]*\)|\[[^\]]*\]|[^\n]*)", re.MULTILINE)
_TEXT: Final = LatePattern(r"[\"'](?P<id>[^\"']+)[\"']")
_LABELS: Final = LatePattern(r"^branch_labels\b\s*(?::[^=\n]+)?=\s*(?P<none>None\b)?", re.MULTILINE)


class Wrong(StrEnum):
    """What a tool cannot do with the versions."""

    TAKEN = "taken"
    FORKED = "forked"
    GONE = "gone"
    MISSING = "missing"
    PASSED = "passed"
    ABSENT = "absent"


class Clash(Struct, frozen=True, kw_only=True):
    """A version of a file of the change that is given twice, that a second head has, or that is gone, the last one or one that others follow;
    one that lies before those that ran, and one that follows a version which is nowhere.
    """

    path: RepoPath
    wrong: Wrong
    tool: str
    version: str
    other: str = ""
    """The file, or for Alembic the revision, that it clashes with."""
    line: int = 1


class Trees(Struct, frozen=True, kw_only=True):
    """The files before and after a change, and their texts."""

    paths_before: Collection[RepoPath]
    paths_after: Collection[RepoPath]
    before: Callable[[RepoPath], str]
    after: Callable[[RepoPath], str]
    read_ahead: Callable[[Collection[RepoPath]], None] = lambda _paths: None
    """Reads together what was there before and will be asked for."""
    is_only_here: Callable[[RepoPath], bool] = lambda _path: False
    """Whether a file came with the change's own branch, which is not merged."""


def clashes(files: Sequence[FileChange], trees: Trees) -> Iterator[Clash]:
    """What of the versions no tool can go on with from the change on, and could before."""
    told: set[RepoPath] = set()
    for file in files:
        if file.head is not None and (file.base is None or file.base.path != file.path):
            found = _taken(file.path, trees)
            if found is not None and found.other not in told:
                told.add(file.path)
                yield found
            elif found is None and (passed := _passed(file, trees)) is not None:
                yield passed
    for path, name, line in django_parents_missing(files, trees.paths_after, before=trees.before, after=trees.after):
        yield Clash(path=path, wrong=Wrong.ABSENT, tool="Django", version=name, line=line)
    folders = {_folder(file, trees) for file in files if file.path.endswith(".py")}
    for folder in sorted(folders - {None, ""}, key=str):
        yield from _of_alembic(str(folder), files, trees=trees)


def _taken(path: RepoPath, trees: Trees) -> Clash | None:
    known = _tool(path, trees)
    if known is None or undoes(path) or serves_tests(path):
        return None
    tool, pattern, folder = known
    own = _version(pattern, path)
    for other in trees.paths_after:
        is_beside = (
            other != path and other.startswith(folder) and (tool == "Rails" or series_of(other) == series_of(path))
        )
        if is_beside and _version(pattern, other) == own and not other.endswith("_test.go") and not undoes(other):
            if tool == "golang-migrate" and _is_one_of_many(path, other) and not _needs_golang_migrate(path, trees):
                continue
            found = pattern.search(path)
            return Clash(
                path=path, wrong=Wrong.TAKEN, tool=tool, version=found["version"] if found else "", other=other
            )
    return None


def _is_one_of_many(path: RepoPath, other: RepoPath) -> bool:
    """Whether two scripts are one migration for different databases, as runners have it that choose among `1_a.mysql.up.sql` and `1_a.up.sql`."""
    (name, *marks), (other_name, *other_marks) = (each.rpartition("/")[2].split(".") for each in (path, other))
    return name == other_name and marks != other_marks


def _passed(file: FileChange, trees: Trees) -> Clash | None:
    """A new version that lies before one that was there and may have run, for tools that only go on from there."""
    known = _tool(file.path, trees)
    if known is None or known[0] not in _GO_ON or undoes(file.path) or serves_tests(file.path):
        return None
    if known[0] == "golang-migrate" and not _needs_golang_migrate(file.path, trees):
        return None  # others call their files so, and run whatever did not run
    tool, pattern, folder = known
    own, beside = _version(pattern, file.path), series_of(file.path)
    was = file.base.path if file.base is not None else ""
    ran = [
        (version, other)
        for other in trees.paths_before
        if other.startswith(folder) and other != was and series_of(other) == beside
        if (version := _version(pattern, other)) and not undoes(other)
        if other in trees.paths_after and not trees.is_only_here(other)
    ]
    last, other = max(ran, default=((), RepoPath("")))
    if not own or last <= own or not _is_numbered_alike(own, last):
        return None
    found = pattern.search(file.path)
    return Clash(path=file.path, wrong=Wrong.PASSED, tool=tool, version=found["version"] if found else "", other=other)


def _needs_golang_migrate(path: RepoPath, trees: Trees) -> bool:
    """Whether a module that a file lies in needs golang-migrate."""
    parts = path.split("/")[:-1]
    above = (RepoPath("/".join((*parts[:count], "go.mod"))) for count in range(len(parts) + 1))
    return any("golang-migrate/migrate" in trees.after(each) for each in above if each in trees.paths_after)


def _is_numbered_alike(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two versions are of one way to number: a time beside a number of few digits says nothing of which came first."""
    return abs(len(str(one[0])) - len(str(other[0]))) <= _MOST_MORE_DIGITS


_MOST_MORE_DIGITS: Final = 2
_GO_ON: Final = ("golang-migrate", "goose")
"""Tools that note the last version that ran, or refuse what lies before it."""


def _tool(path: RepoPath, trees: Trees) -> tuple[str, LatePattern, str] | None:
    """The tool that runs a migration, how its files are called, and the folder in which it looks for them."""
    folder = f"{series_of(path)}/".lstrip("/")
    if _RAILS.search(path):
        return "Rails", _RAILS, f"{root_of(path)}/"
    if _FLYWAY.search(path):
        return "Flyway", _FLYWAY, folder
    if _GOLANG.search(path):
        return "golang-migrate", _GOLANG, folder
    if path.endswith(".sql") and _NUMBERED.search(path):
        if _GOOSE.search(trees.after(path)):
            return "goose", _NUMBERED, folder
        if "/migrations/" in f"/{path}" and "sqlx" in trees.after(RepoPath("Cargo.toml")):
            return "sqlx", _NUMBERED, folder
    return None


def _version(pattern: LatePattern, path: str) -> tuple[int, ...]:
    found = pattern.search(path)
    if found is None:
        return ()
    numbers = [int(part) for part in re.split(r"[._]", found["version"]) if part]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _folder(file: FileChange, trees: Trees) -> str | None:
    """The folder of Alembic's revisions that a changed file lies in."""
    if file.head is not None and file.path in trees.paths_after:
        return series_of(file.path) if revision_of(trees.after(file.path)) and not serves_tests(file.path) else None
    was = file.base.path if file.base is not None else file.path
    return series_of(was) if revision_of(trees.before(was)) and not serves_tests(was) else None


class _Said(Struct, frozen=True, kw_only=True):
    """What a file of Alembic says of itself."""

    name: str
    after: tuple[str, ...]
    has_label: bool
    line: int


class _Revision(Struct, frozen=True, kw_only=True):
    path: RepoPath
    said: _Said


def _of_alembic(folder: str, files: Iterable[FileChange], *, trees: Trees) -> Iterator[Clash]:
    trees.read_ahead([path for path in trees.paths_before if _is_in(folder, path)])
    said_by = cache(_said_by)  # most files are the same on both sides
    was = _revisions(folder, trees.paths_before, said_by=lambda path: said_by(trees.before(path)))
    now = _revisions(folder, trees.paths_after, said_by=lambda path: said_by(trees.after(path)))
    lost = [*_lost(was, now), *_absent(was, now, trees=trees)]
    yield from lost
    heads = _heads(now)
    changed = {file.path for file in files}
    is_forked = len(heads) > 1 and len(_heads(was)) <= 1 and not any(each.said.has_label for each in now.values())
    if now and is_forked and not lost:
        new = [name for name in heads if now[name].path in changed] or heads
        other = next(name for name in heads if name != new[-1])
        at = now[new[-1]]
        yield Clash(path=at.path, wrong=Wrong.FORKED, tool="Alembic", version=new[-1], other=other, line=at.said.line)
    for name in _heads(was):
        if name not in now and now and not trees.is_only_here(was[name].path):
            yield Clash(path=was[name].path, wrong=Wrong.GONE, tool="Alembic", version=name)


def _lost(was: Mapping[str, _Revision], now: Mapping[str, _Revision]) -> Sequence[Clash]:
    """The revisions that are gone although one that stays follows them: Alembic loads none of them then."""
    followers = {name: each for each in now.values() for name in each.said.after}
    return [
        Clash(
            path=each.path,
            wrong=Wrong.MISSING,
            tool="Alembic",
            version=name,
            other=followers[name].path,
        )
        for name, each in was.items()
        if name not in now and name in followers
    ]


def _absent(was: Mapping[str, _Revision], now: Mapping[str, _Revision], *, trees: Trees) -> Iterator[Clash]:
    """The revisions that newly follow one which is nowhere, in a folder that was whole and is the only one."""
    known = {*was, *now}
    is_whole = was and all(name in was for each in was.values() for name in each.said.after)
    new = [each for name, each in now.items() if name not in was or each.said.after != was[name].said.after]
    absent = [
        (each, name) for each in new for name in each.said.after if not any(one.startswith(name) for one in known)
    ]
    if not is_whole or not absent:
        return
    own = folder_of(absent[0][0].path)
    others = (path for path in trees.paths_after if path.endswith(".py") and "versions/" in path)
    if any(not path.startswith(f"{own}/") for path in others):
        return  # the revision may lie there
    for each, name in absent:
        yield Clash(path=each.path, wrong=Wrong.ABSENT, tool="Alembic", version=name, line=each.said.line)


def _revisions(
    folder: str, paths: Iterable[RepoPath], *, said_by: Callable[[RepoPath], _Said | None]
) -> Mapping[str, _Revision]:
    read = ((path, said_by(path)) for path in paths if _is_in(folder, path))
    return {said.name: _Revision(path=path, said=said) for path, said in read if said is not None}


def _is_in(folder: str, path: RepoPath) -> bool:
    return path.endswith(".py") and path.startswith(f"{folder}/")


def _said_by(text: str) -> _Said | None:
    name = revision_of(text)
    down = _DOWN.search(text) if name else None
    if down is None:
        return None
    labels = _LABELS.search(text)
    return _Said(
        name=name,
        after=tuple(each["id"] for each in _TEXT.finditer(down["value"].partition("#")[0])),
        has_label=labels is not None and labels["none"] is None,
        line=text.count("\n", 0, down.start()) + 1,
    )


def _heads(revisions: Mapping[str, _Revision]) -> list[str]:
    """The revisions that none comes after."""
    followed = {name for each in revisions.values() for name in each.said.after}
    return [name for name in sorted(revisions) if name not in followed]
