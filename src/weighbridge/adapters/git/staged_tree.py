"""The tree that the index stands for, made from what it holds otherwise than the commit below it.

`git write-tree` rewrites and checksums the whole index to say it, which in a tree of 47,000 files takes fourteen times as long as
telling the difference does.
"""

import hashlib
from collections.abc import Mapping
from typing import Final

from weighbridge.adapters.git.difference import mode_of
from weighbridge.adapters.git.process import Git
from weighbridge.adapters.git.trees import TreeReader
from weighbridge.app.ports import RepositoryError, UnreadableObjectError
from weighbridge.domain.change import Mode
from weighbridge.domain.ids import ObjectId

MOST_STAGED: Final = 5_000
"""Staged entries from which on git writes the tree itself."""

_FOLDER: Final = b"40000"

Entry = tuple[bytes, ObjectId]
"""Mode digits as a tree holds them, and id."""

Entries = Mapping[bytes, Entry]


class ConflictsError(RepositoryError):
    """The index holds conflicts, and so stands for no tree."""

    def __init__(self) -> None:
        super().__init__("the index holds unresolved conflicts: resolve them and git add the files")


def staged_tree(git: Git, trees: TreeReader, *, base: ObjectId) -> ObjectId | None:
    """The tree of the index that `git` works on, written to its objects; None where git must write it itself.

    Raises:
        ConflictsError: there are unresolved conflicts.
        GitFailedError: the index cannot be read.
    """
    staged = _staged(git, base)
    if staged is None:
        return None
    writer = _Writer(trees)
    try:
        found = writer.changed(base, staged)
    except UnreadableObjectError:
        return None
    return found if found is not None and writer.write(git) else None


def _staged(git: Git, base: ObjectId) -> dict[bytes, Entry | None] | None:
    """What the index holds otherwise than a tree, by path, None for what is gone; None altogether where it is too much."""
    options = ("--cached", "--raw", "-z", "--no-abbrev", "--no-renames", "--ita-invisible-in-index")
    told = git.run("diff-index", *options, "--ignore-submodules=none", "--no-ext-diff", base, "--").split(b"\0")
    found: dict[bytes, Entry | None] = {}
    for described, path in zip(told[::2], told[1::2], strict=False):
        _, mode, _, oid, status = described.removeprefix(b":").split(b" ")
        if status == b"U":
            raise ConflictsError
        if mode_of(mode) is Mode.FOLDER and mode != b"000000":  # an index that holds whole folders
            return None
        found[path] = None if status == b"D" else (mode.lstrip(b"0"), ObjectId(oid.decode()))
    return found if len(found) <= MOST_STAGED else None


class _Writer:
    """Makes trees, and keeps their bytes until they are written."""

    def __init__(self, trees: TreeReader) -> None:
        self._trees = trees
        self._made: dict[ObjectId, Entries] = {}

    def changed(self, tree: ObjectId | None, paths: Mapping[bytes, Entry | None]) -> ObjectId | None:
        """A tree with some paths held otherwise; None when nothing is left in it. Raises `UnreadableObjectError`."""
        entries = dict(self._trees.entries(tree)) if tree else {}
        below: dict[bytes, dict[bytes, Entry | None]] = {}
        for path, entry in paths.items():
            name, slash, rest = path.partition(b"/")
            if slash:
                below.setdefault(name, {})[rest] = entry
            elif entry is not None:
                entries[name] = entry
            elif name in entries and not _is_folder(entries[name]):
                del entries[name]
        for name, inside in below.items():
            before = entries.get(name)
            is_folder = before is not None and _is_folder(before)
            folder = self.changed(before[1] if before and is_folder else None, inside)
            if folder is not None:
                entries[name] = (_FOLDER, folder)
            elif is_folder:
                del entries[name]
        if not entries:
            return None
        oid = tree_id(entries)
        self._made[oid] = entries
        return oid

    def write(self, git: Git) -> bool:
        """Let git write what was made; whether it gave each the same id."""
        lines = [
            b"\0".join(
                b"%s %s %s\t%s" % (mode, _kind(mode), oid.encode(), name) for name, (mode, oid) in entries.items()
            )
            for entries in self._made.values()
        ]
        given = b"\0\0".join(lines) + b"\0"
        written = git.run("mktree", "-z", "--missing", "--batch", given=given).split() if lines else []
        return [oid.encode() for oid in self._made] == written


def tree_id(entries: Entries) -> ObjectId:
    """The id of the tree that holds these, at least one; of the kind that theirs are."""
    body = b"".join(
        b"%s %s\0%s" % (mode, name, bytes.fromhex(oid))
        for name, (mode, oid) in sorted(entries.items(), key=lambda item: item[0] + b"/" * _is_folder(item[1]))
    )
    is_short = len(next(iter(entries.values()))[1]) == 40
    state = hashlib.sha1(usedforsecurity=False) if is_short else hashlib.sha256()
    state.update(b"tree %d\0" % len(body) + body)
    return ObjectId(state.hexdigest())


def _is_folder(entry: Entry) -> bool:
    return mode_of(entry[0]) is Mode.FOLDER


def _kind(mode: bytes) -> bytes:
    return {Mode.FOLDER: b"tree", Mode.SUBMODULE: b"commit"}.get(mode_of(mode), b"blob")
