"""Turns the index and the work tree into trees, written to the shadow's objects and never to the repository's."""

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.adapters.git.location import Location
from weighbridge.adapters.git.process import Git, GitFailedError
from weighbridge.adapters.git.quoting import quote
from weighbridge.adapters.git.shadow import Shadow
from weighbridge.adapters.git.staged_tree import ConflictsError, staged_tree
from weighbridge.adapters.git.trees import TreeReader
from weighbridge.app.ports import RepositoryError, UnreadableObjectError
from weighbridge.domain.change import Limitation, LimitationKind
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.paths import encode_path

LARGEST_FILE = 512 << 20
"""Bytes of a work-tree file that are hashed; a larger one is named as not looked at."""


class Snapshot(Struct, frozen=True, kw_only=True):
    """A tree made of the index or of the work tree, with what was left out."""

    tree: ObjectId
    limitations: tuple[Limitation, ...] = ()


def snapshot_index(shadow: Shadow, location: Location, *, trees: TreeReader, base: ObjectId) -> Snapshot:
    """The tree that a commit made now would have; `base` is that of the commit below.

    Raises:
        RepositoryError: the index holds conflicts, or there is none.
        UnreadableObjectError: it cannot be read.
    """
    if location.top is None and not location.index.is_file():
        raise RepositoryError("a bare repository has no index: name a range or a branch")
    git = _on_copied_index(shadow, location)
    with _blaming_the_index(location, shadow):
        found = staged_tree(git, trees, base=base, objects=shadow.folder / "objects")
        return Snapshot(tree=found or _write_tree(git))


def snapshot_worktree(named: Git, shadow: Shadow, *, location: Location) -> Snapshot:
    """The tree of the work tree's files, untracked ones that are not ignored included; links are kept as links.

    Bytes are taken as they lie: no filter is run. `named` is git in the repository itself.

    Raises:
        RepositoryError: there is no work tree, or its folder is not the one that holds the repository.
    """
    top = _checked_top(location)
    habits = _habits(named)
    git = _on_copied_index(shadow, location).with_environment(GIT_WORK_TREE=str(top))
    git = replace(git, folder=top, settings=(*git.settings, f"core.fileMode={habits.minds_modes}"))
    limitations: list[Limitation] = []
    with _blaming_the_index(location, shadow):
        names = [*_touched(git), *_untracked(git, location, ignored_by=habits.ignored_by)]
    files = list(_files(os.fsencode(top), names, limitations=limitations))
    found = _hashed(git, [_with_submodule(named, top, file=file) for file in files])
    _update(git, found, nothing="0" * (64 if location.object_format == "sha256" else 40))
    return Snapshot(tree=_write_tree(git), limitations=tuple(limitations))


class _Habits(Struct, frozen=True, kw_only=True):
    """What of the configuration says how to look at a work tree; none of it can run anything."""

    minds_modes: str = "true"
    ignored_by: Path | None = None
    """The user's own list of ignored files, never one the repository names."""


def _habits(named: Git) -> _Habits:
    try:
        told = named.run("config", "-z", "--show-scope", "--get-regexp", "^core\\.(filemode|excludesfile)$")
    except GitFailedError:
        return _Habits()
    words = os.fsdecode(told).split("\0")
    minds_modes, ignored_by = "true", None
    for scope, setting in zip(words[::2], words[1::2], strict=False):
        name, _, value = setting.partition("\n")
        if name == "core.filemode":
            minds_modes = "false" if value.lower() in ("false", "no", "off", "0") else "true"
        elif scope in ("global", "system") and value:
            home = named.environment.get("HOME", "")
            ignored_by = Path(home, value[2:]) if value.startswith("~/") else Path(value)
    return _Habits(minds_modes=minds_modes, ignored_by=ignored_by)


def _on_copied_index(shadow: Shadow, location: Location) -> Git:
    """The shadow's git on a copy of the index: writing a tree also rewrites the index it is made from."""
    copy = shadow.folder / "staged-index"  # by its usual name every later git would read it, for attributes
    try:
        if location.index.is_file():
            shutil.copy2(location.index, copy)  # with its time: files touched in the same moment are looked into
        for shared in location.private.glob("sharedindex.*"):
            shutil.copy2(shared, shadow.folder / shared.name)
    except OSError as problem:
        raise RepositoryError(f"{location.index}: the index cannot be read: {problem.strerror}") from problem
    return shadow.git.with_environment(GIT_INDEX_FILE=str(copy))


@contextmanager
def _blaming_the_index(location: Location, shadow: Shadow) -> Iterator[None]:
    """Speaks of the repository's own index where git, on a copy of it, fails."""
    try:
        yield
    except GitFailedError as problem:
        words = problem.words.replace(str(shadow.folder / "staged-index"), "it")
        raise UnreadableObjectError(
            f"{location.index}: the index cannot be read ({words}): remove it, and git reset makes it anew"
        ) from problem


def _write_tree(git: Git) -> ObjectId:
    try:
        return ObjectId(git.run("write-tree", "--missing-ok").decode().strip())
    except GitFailedError as problem:
        if "unmerged" in problem.words:
            raise ConflictsError from problem
        raise


def _checked_top(location: Location) -> Path:
    top = location.top
    if top is None:
        raise RepositoryError(
            "a bare repository has no work tree, nor has one whose core.worktree leads elsewhere: name a range or a branch"
        )
    entry = top / ".git"
    if entry.is_dir() and entry.resolve() == location.private.resolve():
        return top
    if entry.is_file() and _led_to(entry) == location.private.resolve():
        return top
    raise RepositoryError(f"core.worktree leads to {top}, a folder that is not this repository's: it is not read")


def _led_to(entry: Path) -> Path:
    words = entry.read_bytes()[:8192].decode("utf-8", "surrogateescape").strip()
    return (entry.parent / words.removeprefix("gitdir:").strip()).resolve()


def _touched(git: Git) -> Iterator[bytes]:
    """Tracked files whose times or sizes differ from what the index remembers."""
    records = git.run("diff-files", "--raw", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=dirty").split(
        b"\0"
    )
    for described, name in zip(records[::2], records[1::2], strict=False):
        if described.startswith(b":"):
            yield name


def _untracked(git: Git, location: Location, *, ignored_by: Path | None) -> Iterator[bytes]:
    sources = [location.common / "info" / "exclude", *([ignored_by] if ignored_by else [])]
    options = [f"--exclude-from={source}" for source in sources if source.is_file()]
    listed = git.run("ls-files", "-z", "--others", "--exclude-standard", *options)
    return (name for name in listed.split(b"\0") if name)


class _File(Struct, frozen=True, kw_only=True):
    """One path of the work tree: its mode, or empty when it is gone; a link's target; the id once it is known."""

    name: bytes
    mode: str = ""
    target: bytes = b""
    oid: str = ""


def _files(top: bytes, names: Iterable[bytes], *, limitations: list[Limitation]) -> Iterator[_File]:
    for name in dict.fromkeys(names):
        if name.endswith(b"/"):
            limitations.append(_left_out(name, reason="it is a repository of its own", remedy="weigh it by itself"))
            continue
        try:
            state = _state(top, name)
        except PermissionError:
            limitations.append(_may_not_be_read(name))
            continue
        if state is None and os.path.lexists(os.path.join(top, name, b".git")):
            yield _File(name=name, mode="160000")
        elif state is None:
            yield _File(name=name)
        elif stat.S_ISLNK(state.st_mode):
            yield _File(name=name, mode="120000", target=os.readlink(os.path.join(top, name)))
        elif not stat.S_ISREG(state.st_mode):
            continue
        elif not _may_be_read(os.path.join(top, name)):
            limitations.append(_may_not_be_read(name))
        elif state.st_size > LARGEST_FILE:
            limitations.append(
                _left_out(
                    name,
                    reason=f"it has {state.st_size:,} bytes",
                    remedy="commit it, or ignore it",
                    kind=LimitationKind.SIZE,
                )
            )
        else:
            yield _File(name=name, mode="100755" if state.st_mode & 0o100 else "100644")


def _state(top: bytes, name: bytes) -> os.stat_result | None:
    """What stands at this path, None when nothing does or when a folder on the way is a link."""
    path = top
    parts = name.split(b"/")
    try:
        for part in parts[:-1]:
            path = os.path.join(path, part)
            if not stat.S_ISDIR(os.lstat(path).st_mode):
                return None
        found = os.lstat(os.path.join(path, parts[-1]))
    except (FileNotFoundError, NotADirectoryError):
        return None
    return None if stat.S_ISDIR(found.st_mode) else found


def _may_be_read(file: bytes) -> bool:
    """Found out by opening it: one file that git may not read would end the hashing of all."""
    try:
        os.close(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW))
    except OSError:
        return False
    return True


def _may_not_be_read(name: bytes) -> Limitation:
    return _left_out(name, reason="it may not be read", remedy="give yourself the right to read it")


def _left_out(name: bytes, *, reason: str, remedy: str, kind: LimitationKind = LimitationKind.CLONE) -> Limitation:
    return Limitation(subject=encode_path(name), detail=f"not looked at: {reason}", remedy=remedy, kind=kind)


def _with_submodule(named: Git, top: Path, *, file: _File) -> _File:
    """A submodule with the commit that is checked out in it; only its refs are read."""
    if file.mode != "160000":
        return file
    folder = os.path.join(os.fsencode(top), file.name, b".git")
    git = named.with_environment(GIT_DIR=os.fsdecode(folder))
    try:
        return replace(file, oid=git.run("rev-parse", "--verify", "HEAD").decode().strip())
    except GitFailedError:
        return file


def _hashed(git: Git, files: list[_File]) -> list[_File]:
    """The files with the ids of their bytes, which are written to the shadow's objects."""
    regular = [file.name for file in files if file.mode in ("100644", "100755")]
    names = b"".join(quote(name) + b"\n" for name in regular)
    hashed = git.run("hash-object", "-w", "--no-filters", "--stdin-paths", given=names).split() if regular else []
    oids = {name: oid.decode() for name, oid in zip(regular, hashed, strict=True)}
    for file in files:
        if file.mode == "120000":
            oids[file.name] = (
                git.run("hash-object", "-w", "--no-filters", "--stdin", given=file.target).decode().strip()
            )
    return [replace(file, oid=oids.get(file.name, file.oid)) for file in files]


def _update(git: Git, files: list[_File], *, nothing: str) -> None:
    """Puts the files into the copied index; a submodule whose commit is not known stays as it was."""
    known = [file for file in files if file.oid or not file.mode]
    # What is gone goes first: a folder may now stand where a file stood.
    known.sort(key=lambda file: bool(file.mode))
    lines = [f"{file.mode or '0'} {file.oid or nothing}\t".encode() + file.name for file in known]
    if lines:
        git.run("update-index", "-z", "--index-info", given=b"\0".join(lines) + b"\0")
