"""Lists trees, and finds single entries in them."""

import re
from collections.abc import Iterable, Iterator, Mapping

from weighbridge.adapters.git.difference import mode_of
from weighbridge.adapters.git.objects import ObjectReader
from weighbridge.adapters.git.process import Git, split_chunks
from weighbridge.app.ports import RepositoryError, UnreadableObjectError
from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.paths import decode_path, encode_path

MOST_ENTRIES = 2_000_000
"""A tree with more files is refused: a few kilobytes of nested trees can stand for billions of paths."""

_ENTRIES = {size: re.compile(rb"(\d+) ([^\0]+)\0(.{%d})" % size, re.DOTALL) for size in (20, 32)}
"""One entry of a tree object whose ids have so many bytes."""

LARGEST_TREE = 64 << 20
"""Bytes of one tree object that is read to find an entry."""


class Listing(Mapping[RepoPath, Blob]):
    """Every file, link and submodule below a tree, in git's order; a blob is made when it is asked for.

    Most questions are for paths alone, and a tree may have a hundred thousand: what git said of each is kept as it is.
    """

    def __init__(self, said: dict[RepoPath, str]) -> None:
        self._said = said

    def __getitem__(self, path: RepoPath) -> Blob:
        mode, _, oid = self._said[path].split(" ")
        return Blob(path=path, mode=mode_of(mode.encode("ascii")), oid=ObjectId(oid))

    def __contains__(self, path: object) -> bool:
        return path in self._said

    def __iter__(self) -> Iterator[RepoPath]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)


def list_tree(git: Git, tree: ObjectId) -> Listing:
    """What stands below a tree.

    Raises:
        RepositoryError: the tree or one below it is missing, or there are more than `MOST_ENTRIES` files.
    """
    said: dict[RepoPath, str] = {}
    with git.stream("ls-tree", "-r", "-z", "--full-tree", tree) as chunks:
        for records in split_chunks(chunks, b"\0"):
            said.update(_entries_in(records))
            if len(said) > MOST_ENTRIES:
                raise RepositoryError(f"tree {tree[:12]} holds more than {MOST_ENTRIES:,} files: it is not read")
    return Listing(said)


def _entries_in(records: bytes) -> Iterable[tuple[RepoPath, str]]:
    """The paths in some of what git says, each with what stands before it; hardly ever does a path need care."""
    is_plain = records.isascii() and b"%" not in records and records.count(b"\t") == records.count(b"\0") + 1
    if is_plain:
        parts = records.decode("ascii").replace("\t", "\0").split("\0")
        return zip(map(RepoPath, parts[1::2]), parts[::2], strict=True)
    split = (record.partition(b"\t") for record in records.split(b"\0"))
    return ((encode_path(name), described.decode("ascii")) for described, _, name in split)


class TreeReader:
    """Finds single entries by reading tree objects, each at most once."""

    def __init__(self, objects: ObjectReader) -> None:
        self.objects = objects
        self._trees: dict[ObjectId, Mapping[bytes, tuple[bytes, ObjectId]]] = {}

    def find(self, tree: ObjectId, path: RepoPath) -> Blob | None:
        """The entry of one path, None when there is none or it is a folder.

        Raises:
            UnreadableObjectError: a tree on the way is missing or broken.
        """
        mode, oid = self.entry(tree, path) or (b"40000", tree)
        return None if mode_of(mode) is Mode.FOLDER else Blob(path=path, mode=mode_of(mode), oid=oid)

    def entry(self, tree: ObjectId, path: RepoPath) -> tuple[bytes, ObjectId] | None:
        """Mode digits and id of what stands at one path, a folder too; None when nothing does. Raises as `find` does."""
        oid, mode = tree, b"40000"
        for part in decode_path(path).split(b"/"):
            if mode_of(mode) is not Mode.FOLDER:
                return None
            mode, oid = self.entries(oid).get(part, (b"", oid))
            if not mode:
                return None
        return mode, oid

    def difference(self, base: ObjectId, head: ObjectId, *, most: int) -> Mapping[RepoPath, Blob | None] | None:
        """The paths at which two trees hold different entries, with head's, None for those that are gone.

        None instead when more than `most` entries differ, folders counted. Equal folders are not opened.

        Git itself gathers a whole difference before it prints any of it, so it cannot be stopped in time when a few
        kilobytes of nested trees stand for billions of files.

        Raises:
            UnreadableObjectError: a tree is missing or broken.
        """
        found: dict[RepoPath, Blob | None] = {}
        pairs: list[tuple[bytes, ObjectId | None, ObjectId | None]] = [(b"", base, head)]
        while pairs:
            place, one, other = pairs.pop()
            before = self.entries(one) if one else {}
            after = self.entries(other) if other else {}
            for name in before.keys() | after.keys():
                old, new = before.get(name), after.get(name)
                if old == new:
                    continue
                most -= 1
                below = (_folder(old), _folder(new))
                if any(below):
                    pairs.append((place + name + b"/", *below))
                if (old and not below[0]) or (new and not below[1]):
                    path = encode_path(place + name)
                    is_file = new is not None and not below[1]
                    found[path] = Blob(path=path, mode=mode_of(new[0]), oid=new[1]) if new and is_file else None
            if most < 0:
                return None
        return found

    def remember(self, tree: ObjectId, entries: Mapping[bytes, tuple[bytes, ObjectId]]) -> None:
        """Take a tree as read that was made here; what it holds follows from its id, wherever it lies."""
        self._trees[tree] = entries

    def entries(self, tree: ObjectId) -> Mapping[bytes, tuple[bytes, ObjectId]]:
        """What stands directly in a tree, by name: mode digits and id. Raises `UnreadableObjectError`."""
        if tree not in self._trees:
            taken = self.objects.read(tree, LARGEST_TREE)
            if isinstance(taken, CouldNotLook):
                raise UnreadableObjectError(f"tree {tree[:12]} cannot be read: {taken.detail}. {taken.remedy}")
            self._trees[tree] = parse_tree(taken[1], hash_size=len(tree) // 2)
        return self._trees[tree]


def parse_tree(data: bytes, *, hash_size: int) -> Mapping[bytes, tuple[bytes, ObjectId]]:
    """The entries of one tree object by name: mode digits and id; reading ends where the bytes make no sense."""
    found = _ENTRIES[hash_size].findall(data)
    if sum(len(mode) + len(name) + 2 + hash_size for mode, name, _ in found) == len(data):
        # A name that stands twice means its first entry, as git checks it out.
        return {name: (mode, ObjectId(oid.hex())) for mode, name, oid in reversed(found)}
    entries: dict[bytes, tuple[bytes, ObjectId]] = {}
    at = 0
    while (end := data.find(b"\0", at)) >= 0 and end + hash_size < len(data):
        mode, _, name = data[at:end].partition(b" ")
        at = end + 1 + hash_size
        if not name or not mode.isdigit():
            break
        entries.setdefault(name, (mode, ObjectId(data[end + 1 : at].hex())))
    return entries


def _folder(entry: tuple[bytes, ObjectId] | None) -> ObjectId | None:
    return entry[1] if entry is not None and mode_of(entry[0]) is Mode.FOLDER else None
