"""What the protected branch held before a branch began, which versions a file had before a commit, and when it came."""

from collections.abc import Sequence
from typing import Final

from msgspec import structs

from weighbridge.adapters.git.process import Git
from weighbridge.adapters.git.target import is_ancestor, merge_base
from weighbridge.app.ports import RepositoryError
from weighbridge.domain.change import Change, Passing
from weighbridge.domain.ids import ObjectId, RepoPath

_SECONDS: Final = 5.0
_MOST_BYTES: Final = 20_000_000
_MOST_VERSIONS: Final = 20
_SECONDS_OF_ALL: Final = 60.0
_MOST_BYTES_OF_ALL: Final = 300_000_000
_REACH: Final = 90 * 86_400
"""Seconds for which a history must reach back before a file, so that the file's age says how old what it makes is."""
_NEW: Final = 3
"""Where `git log --raw` says what a file became."""
_NONE: Final = frozenset("0")


def branch_start(git: Git, change: Change, *, tip: ObjectId) -> ObjectId | None:
    """Where the protected branch stood before the branch that a change goes on with; None where its base is on that branch.

    While the branch is not merged, that is where both went apart. Once it is, it is the newest commit of the protected branch's
    first parents that the base descends from: nothing is held up any more by what is said of it then.
    """
    base, quick = change.base_commit, structs.replace(git, timeout=_SECONDS)
    if base is None or base == tip:
        return None
    try:
        if change.head_commit is not None and is_ancestor(quick, change.head_commit, of=tip):
            start = _left(quick, base, tip=tip)
        else:
            start = merge_base(quick, base, other=tip)
    except RepositoryError:
        return None
    return None if start == base else start


def _left(git: Git, base: ObjectId, *, tip: ObjectId) -> ObjectId | None:
    """The newest of the tip's first parents that a commit descends from."""
    told = git.run("rev-list", "--first-parent", "--parents", tip, f"^{base}", "--", most=_MOST_BYTES)
    rows = told.decode("ascii", "replace").split("\n")
    last = next((row.split() for row in reversed(rows) if row), [])
    return ObjectId(last[1]) if len(last) > 1 else tip if not last else None


def versions(git: Git, path: RepoPath, *, until: ObjectId) -> Sequence[tuple[ObjectId, int]]:
    """The latest versions that a file had up to a commit, the newest first, each with when; none where git does not say in time."""
    quick = structs.replace(git, timeout=_SECONDS)
    shown = ("--format=%ct", "--raw", "--no-abbrev", "--no-renames", "--full-history", f"--max-count={_MOST_VERSIONS}")
    try:
        told = quick.run("--literal-pathspecs", "log", *shown, until, "--", path, most=_MOST_BYTES)
    except RepositoryError:
        return ()
    found: list[tuple[ObjectId, int]] = []
    at = 0
    for line in told.decode("utf-8", "replace").split("\n"):
        if line.isdigit():
            at = int(line)
        elif line.startswith(":"):
            found.append((ObjectId(line.split()[_NEW]), at))
    return found


def came_at(git: Git, path: RepoPath, *, until: ObjectId) -> int | None:
    """When a file came, in seconds, also where it was moved since; None where the history does not reach back much further, so that
    what the file makes may be older than it, or git does not say in time.

    One of that name that goes where it comes may be what it was, and is looked no further for: then nothing is known.
    """
    quick = structs.replace(git, timeout=_SECONDS)
    shown = ("--follow", "--find-renames=100%", "--diff-filter=A", "--format=%H %ct %P")
    gone = ("diff-tree", "-r", "--no-renames", "--diff-filter=D", "--name-only", "--no-commit-id", "-z")
    try:
        told = quick.run("--literal-pathspecs", "log", *shown, until, "--", path, most=_MOST_BYTES)
        first = told.decode("ascii", "replace").split("\n")[-2:-1]
        commit, when, *parents = first[0].split() if first else ("", "")
        if not parents or not quick.run("rev-list", "--max-count=1", f"--before={int(when) - _REACH}", commit, "--"):
            return None
        went = quick.run(*gone, commit, "--", most=_MOST_BYTES).decode("utf-8", "replace").split("\0")
    except RepositoryError:
        return None
    return None if any(_name(each) == _name(path) for each in went if each) else int(when)


def passings(git: Git, folder: RepoPath, *, until: ObjectId) -> Sequence[Passing]:
    """What the first parents up to a commit made of the files below a folder, the newest first; none where git does not say in time.

    The first commit of all is among them, so that what stood from some time on is known to have come then. An empty folder is the
    whole tree, for which there is more time.
    """
    seconds, most = (_SECONDS, _MOST_BYTES) if folder else (_SECONDS_OF_ALL, _MOST_BYTES_OF_ALL)
    quick = structs.replace(git, timeout=seconds).with_settings("log.showRoot=true")
    below = ("--", folder) if folder else ("--",)
    shown = ("--first-parent", "-m", "--format=%H %ct", "--raw", "--no-abbrev", "--no-renames")
    try:
        told = quick.run("--literal-pathspecs", "log", *shown, until, *below, most=most)
    except RepositoryError:
        return ()
    found: list[Passing] = []
    commit, at = "", 0
    for line in told.decode("utf-8", "replace").split("\n"):
        if line.startswith(":"):
            words, _, path = line.partition("\t")
            was, now = (None if _NONE.issuperset(oid) else ObjectId(oid) for oid in words.split()[2:4])
            found.append(Passing(path=RepoPath(path), was=was, now=now, commit=ObjectId(commit), at=at))
        elif line:
            commit, _, when = line.partition(" ")
            at = int(when)
    return found


def _name(path: str) -> str:
    """What a file is called wherever it lies; with its folder where all of a kind are called alike."""
    folder, _, name = path.rpartition("/")
    return f"{folder.rpartition('/')[2]}/{name}" if name in _OF_FOLDERS else name


_OF_FOLDERS: Final = ("migration.sql", "up.sql")
