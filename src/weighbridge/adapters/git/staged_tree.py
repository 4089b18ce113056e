"""The tree that the index stands for, made from what it holds otherwise than the commit below it.

`git write-tree` rewrites and checksums the whole index to say it, which in a tree of 47,000 files takes fourteen times as long as
telling the difference does.
"""

import hashlib
import zlib
from collections.abc import Mapping
from pathlib import Path
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


def staged_tree(git: Git, trees: TreeReader, *, base: ObjectId, objects: Path) -> ObjectId | None:
    """The tree of the index that `git` works on, written to the folder `objects`; None where git must write it itself.

    Raises:
        ConflictsError: there are unresolved conflicts.
        GitFailedError: the index cannot be read.
        OSError: nothing can be written.
    """
    staged = _staged(git, base)
    if staged is None:
        return None
    writer = TreeWriter(trees)
    try:
        found = writer.changed(base, staged)
    except UnreadableObjectError:
        return None
    if found is not None:
        writer.write(objects)
    return found


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


class TreeWriter:
    """Makes trees, and keeps their bytes until they are written."""

    def __init__(self, trees: TreeReader) -> None:
        self._trees = trees
        self.made: dict[ObjectId, bytes] = {}
        """What git would store of each, by id."""
        self.entries: dict[ObjectId, Entries] = {}
        """What each holds."""

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
            else:
                entries.pop(name, None)
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
        oid, self.made[oid] = as_object(entries)
        self.entries[oid] = entries
        return oid

    def write(self, objects: Path) -> None:
        """Put what was made among the loose objects of a folder; git's own way looks up every entry. Raises `OSError`."""
        for oid, data in self.made.items():
            folder = objects / oid[:2]
            folder.mkdir(exist_ok=True)
            (folder / oid[2:]).write_bytes(zlib.compress(data, 0))


def as_object(entries: Entries) -> tuple[ObjectId, bytes]:
    """The tree that holds these, at least one, as git stores it: its id, of the kind that theirs are, and its bytes."""
    body = b"".join(
        b"%s %s\0%s" % (mode, name, bytes.fromhex(oid))
        for name, (mode, oid) in sorted(entries.items(), key=lambda item: item[0] + b"/" * _is_folder(item[1]))
    )
    data = b"tree %d\0" % len(body) + body
    is_short = len(next(iter(entries.values()))[1]) == 40
    state = hashlib.sha1(data, usedforsecurity=False) if is_short else hashlib.sha256(data)
    return ObjectId(state.hexdigest()), data


def _is_folder(entry: Entry) -> bool:
    return mode_of(entry[0]) is Mode.FOLDER
