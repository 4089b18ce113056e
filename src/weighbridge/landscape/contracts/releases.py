"""What the newest release says of the files of a change: what came into being since is no promise to anybody yet."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.change import Blob, Change, FileChange, FileStatus
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.contracts.breaks import Break, Level
from weighbridge.landscape.tree import Tree

ReadBlob = Callable[[ObjectId, int], "bytes | CouldNotLook"]

_MOST_BYTES: Final = 2_000_000
_MOST_SEARCHED: Final = 2_000
"""Files in which a name is looked for."""


class Release(Struct, frozen=True, dict=True):
    """A release: the tag that says so and its commit, what lists its files, and what reads one; and which was the one before it, if any."""

    tag: str
    commit: ObjectId
    list_files: Callable[[], Tree]
    read: ReadBlob
    read_at: "Callable[[RepoPath, int], bytes | CouldNotLook | None]"
    before: "Callable[[], Release | None]"

    def text_of(self, path: RepoPath) -> bytes | CouldNotLook | None:
        """One file, without a look at all the others; None where it has none there."""
        return self.read_at(path, _MOST_BYTES)

    @cached_property
    def tree(self) -> Tree:
        """Its files."""
        return self.list_files()

    def since(self, change: Change, paths: Collection[RepoPath]) -> tuple[Change, frozenset[RepoPath]]:
        """A change from this release instead of its base, and which of the files at `paths` of the base the release has."""
        files: list[FileChange] = []
        there: set[RepoPath] = set()
        for file in change.files:
            old = self.tree.blobs.get(file.base.path) if file.base and file.base.path in paths else None
            if old is None:
                files.append(file)
                continue
            there.add(old.path)
            files.append(replace(file, base=old, added=(), removed=()))
        return replace(change, files=tuple(files)), frozenset(there)

    def has_all_as_before(self, change: Change) -> bool:
        """Whether each file that a change touches, and the release has, is in the release what it was before the change."""
        both = ((file.base, self.tree.blobs.get(file.base.path)) for file in change.files if file.base)
        return all(released is None or released.oid == base.oid for base, released in both)

    def holding(self, word: str, *, below: RepoPath, endings: tuple[str, ...]) -> Sequence[RepoPath] | None:
        """The files below a folder that hold a word; None where not all of them can be looked into."""
        inside = f"{below}/" if below else ""
        paths = [path for path in self.tree.blobs if path.startswith(inside) and path.endswith(endings)]
        return self._holding(word, paths) if len(paths) <= _MOST_SEARCHED else None

    def holds(self, word: str, path: RepoPath) -> bool:
        """Whether a file holds a word."""
        return path in self.tree and self._holding(word, [path]) != []

    def _holding(self, word: str, paths: Iterable[RepoPath]) -> Sequence[RepoPath] | None:
        pattern = re.compile(rb"(?<![\w$])" + re.escape(word.encode()) + rb"(?![\w$])")
        found = []
        for path in paths:
            data = self.read(self.tree.blobs[path].oid, _MOST_BYTES)
            if isinstance(data, CouldNotLook):
                return None
            if pattern.search(data):
                found.append(path)
        return found


FindRelease = Callable[[Sequence[str]], Release | None]
"""Finds the newest release of what goes by these names in tags, beside what goes by none."""


def never_found(names: Sequence[str]) -> Release | None:
    """Where nobody knows of releases."""
    del names
    return None


def not_yet(newest: str, was: str = "") -> str:
    """That nobody has it who has the release of this tag, in words."""
    return f"{was or 'it'} is in no release yet (newest: {newest})"


def put_in_place(tree: Tree, release: Tree, *, paths: Iterable[RepoPath]) -> Tree:
    """A tree with some files as they were in a release."""
    both: Iterable[tuple[Blob | None, Blob | None]] = (
        (tree.blobs.get(path), release.blobs.get(path)) for path in paths
    )
    return tree.after(
        FileChange(status=FileStatus.MODIFIED, base=old, head=new) for old, new in both if old is not None and new
    )


def is_of_release(found: Break, since_base: Sequence[Break], *, since_release: Sequence[Break]) -> bool:
    """Whether what a change breaks is broken for those who have the release, too, be it in other words."""
    told = {(each.kind, each.words) for each in since_base}
    for each in since_release:
        is_same = each.kind == found.kind and each.words == found.words
        is_there = each.place == found.place and each.level is Level.ERROR
        is_new = (each.kind, each.words) not in told
        if is_same or is_there or (is_new and each.kind == found.kind and _touch(each, found)):
            return True
    return False


def _touch(one: Break, other: Break) -> bool:
    """Whether two breaks may be of one thing."""
    shared = set(one.operations) & set(other.operations) or set(one.named) & set(other.named)
    return bool(shared) or one.subject == other.subject or not set(one.things).isdisjoint(other.things)
