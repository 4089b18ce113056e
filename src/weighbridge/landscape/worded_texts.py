"""Texts of files that have no facts, and which of them may say a word: an earlier run remembers what it read."""

from collections.abc import Collection, Iterable

from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.facts.said_words import packed, that_may_say
from weighbridge.landscape.landscape import Landscape


class WordedTexts:
    """The texts of one landscape; `texts` holds what was read already, of this landscape or of another, None where it could not be."""

    def __init__(self, landscape: Landscape, *, texts: dict[ObjectId, str | None], most_bytes: int) -> None:
        self._landscape = landscape
        self._texts = texts
        self._most_bytes = most_bytes
        self._oids: dict[RepoPath, ObjectId] = {}

    def text(self, path: RepoPath) -> str:
        """A file's text; of one that is too large, or cannot be read, none."""
        oid = self._oid(path)
        if oid not in self._texts:
            self._read((oid,))
        return self._texts[oid] or ""

    def load(self, paths: Iterable[RepoPath]) -> None:
        """Read many files at once."""
        self._read(dict.fromkeys(map(self._oid, paths)))

    def saying(self, paths: Iterable[RepoPath], words: Collection[str]) -> set[RepoPath]:
        """The files that may say any of some words: all but those whose text is known to say none. Each is read once for all runs."""
        oids = {path: self._oid(path) for path in paths}
        known = self._landscape.known_words()
        missing = dict.fromkeys(oid for oid in oids.values() if oid not in known)
        if missing:
            self._read(missing)
            read = ((oid, self._texts[oid]) for oid in missing)
            if found := {oid: packed(text) for oid, text in read if text is not None}:
                self._landscape.keep_words(found)
            known = self._landscape.known_words()
        told = {path: known[oid] for path, oid in oids.items() if oid in known}
        return {*that_may_say(told, words), *(oids.keys() - told.keys())}

    def _oid(self, path: RepoPath) -> ObjectId:
        if path not in self._oids:
            self._oids[path] = self._landscape.tree.blobs[path].oid
        return self._oids[path]

    def _read(self, oids: Iterable[ObjectId]) -> None:
        wanted = [oid for oid in oids if oid not in self._texts]
        found = self._landscape.read_many(wanted, self._most_bytes) if wanted else {}
        for oid in wanted:
            data = (
                found[oid] if oid in found else self._landscape.read(oid, self._most_bytes)
            )  # few are not read together
            self._texts[oid] = data.decode("utf-8", "replace") if isinstance(data, bytes) else None
