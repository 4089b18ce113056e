"""The landscape of one tree: its files' facts, findable by name, with the answers that need the whole tree."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.source import FactSource
from weighbridge.landscape.tree import Tree

ReadBlob = Callable[[ObjectId, int], bytes | CouldNotLook]
ReadBlobs = Callable[[Sequence[ObjectId], int], Mapping[ObjectId, bytes]]


def _unread(oid: ObjectId, limit: int) -> CouldNotLook:
    """Nothing is at hand but facts."""
    del oid, limit
    return CouldNotLook(reason=Reason.NO_HISTORY, detail="only facts are at hand")


def _all_unread(oids: Sequence[ObjectId], limit: int) -> Mapping[ObjectId, bytes]:
    del oids, limit
    return {}


class Landscape:
    """One tree seen through its files' facts; loads a file's facts when they are first asked for."""

    def __init__(
        self, tree: Tree, source: FactSource, *, read: ReadBlob = _unread, read_many: ReadBlobs = _all_unread
    ) -> None:
        self.tree = tree
        self.read = read
        """The bytes of a file that has no facts, such as one that names a module; at most so many."""
        self.read_many = read_many
        """The bytes of many such files at once: of those that are larger than so many, or are not at hand, nothing."""
        self.known_words = source.known_words
        """What other texts without facts say, as far as an earlier run kept it."""
        self.keep_words = source.keep_words
        self._source = source
        self._facts: dict[RepoPath, FileFacts | None] = {}
        self._with_term: dict[str, tuple[RepoPath, ...]] = {}

    def bytes_of(self, path: RepoPath, most: int) -> bytes | None:
        """What a file holds; None where there is none, where it has more than `most` bytes, and where nothing could read it."""
        blob = self.tree.blobs.get(path)
        data = self.read(blob.oid, most) if blob is not None else None
        return data if isinstance(data, bytes) else None

    def bytes_of_each(self, paths: Iterable[RepoPath], most: int) -> Iterator[tuple[RepoPath, bytes]]:
        """The same of many files of this tree, read together; those left out of which `bytes_of` says nothing."""
        oids = {path: self.tree.blobs[path].oid for path in paths}
        found = self.read_many(list(dict.fromkeys(oids.values())), most) if oids else {}
        for path, oid in oids.items():
            data = found[oid] if oid in found else self.read(oid, most)  # few are not read together
            if isinstance(data, bytes):
                yield path, data

    def of(self, tree: Tree) -> "Landscape":
        """Another tree of the same repository."""
        return Landscape(tree, self._source, read=self.read, read_many=self.read_many)

    def facts(self, path: RepoPath) -> FileFacts | None:
        """The facts of the file at `path`; None when there is no such file or nothing could read it."""
        if path not in self._facts:
            self.load((path,))
        return self._facts[path]

    def in_detail(self, path: RepoPath) -> FileFacts | None:
        """The facts of a file with what tells it from another version; None as of `facts`."""
        blob = self.tree.blobs.get(path)
        found = self._source.load((blob,), in_detail=True)[blob] if blob is not None else None
        return None if isinstance(found, CouldNotLook) else found

    def load(self, paths: Iterable[RepoPath]) -> None:
        """Fetch the facts of many files at once."""
        missing = {p: self.tree.blobs[p] for p in paths if p not in self._facts and p in self.tree.blobs}
        found = self._source.load(missing.values()) if missing else {}
        for path in paths:
            blob = missing.get(path)
            facts = found.get(blob) if blob else None
            if path not in self._facts:
                self._facts[path] = None if isinstance(facts, CouldNotLook) else facts

    def files_with(self, term: str) -> tuple[RepoPath, ...]:
        """The code files of this tree whose facts hold `term` (see `landscape.terms`), sorted."""
        if term not in self._with_term:
            paths = self.tree.code_by_oid
            oids = self._source.blobs_with(term)
            self._with_term[term] = tuple(sorted(chain.from_iterable(filter(None, map(paths.get, oids)))))
        return self._with_term[term]
