"""The facts of a repository's blobs: read from the cache, extracted when they are not there, findable by term."""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from weighbridge.adapters.cache.database import CacheUnusableError, Database, transaction
from weighbridge.adapters.cache.postings import Indexed, add_segment, blobs_with, merge_segments, read_indexed
from weighbridge.adapters.cache.records import DamagedRecordError, open_record, record_key
from weighbridge.adapters.extraction import Extracted, ExtractionPool
from weighbridge.app.ports import Progress
from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.facts.extract import extraction_key
from weighbridge.facts.model import FileFacts
from weighbridge.facts.roles import CODE, role_of

BATCH: Final = 400
"""Blobs extracted between two writes: what a kill can lose."""

NO_READER: Final = CouldNotLook(reason=Reason.UNSUPPORTED, detail="nothing here reads this kind of file")


class CachedFacts:
    """A `landscape.source.FactSource` for one repository; the cache is a help and never a condition.

    When the cache file cannot be used, facts live in memory for this run and `trouble` says why.
    """

    def __init__(self, database: Database, pool: ExtractionPool, scope: str) -> None:
        self._database = database
        self._pool = pool
        self._scope = scope
        self._memory: dict[bytes, FileFacts | CouldNotLook] = {}
        self._unsaved_terms: dict[str, set[bytes]] = {}
        self._indexed = self._try(lambda: database.use(lambda c: read_indexed(c, scope)), Indexed())
        self._known = set(self._indexed.keys.values())
        self._oids: dict[bytes, ObjectId] = {}
        self._terms: dict[str, frozenset[ObjectId]] = {}
        self.trouble = ""

    def unindexed(self, blobs: Iterable[Blob]) -> list[Blob]:
        """The code blobs among `blobs` that no term leads to yet; the others become findable by term."""
        missing: dict[bytes, Blob] = {}
        for blob in blobs:
            role = role_of(blob.path)
            if role not in CODE or blob.mode in (Mode.SYMLINK, Mode.SUBMODULE):
                continue
            key = record_key(blob, extraction_key(role))
            self._oids[key] = blob.oid
            if key not in self._known:
                missing[key] = blob
        self._terms.clear()
        return list(missing.values())

    def index(self, blobs: Iterable[Blob], progress: Progress) -> None:
        """Extract and index the code blobs among `blobs` that are not yet."""
        missing = self.unindexed(blobs)
        for start in range(0, len(missing), BATCH):
            progress.step("reading files", start, len(missing))
            self._extract(missing[start : start + BATCH])
        if len(self._indexed.segments) > 1:
            self._try(lambda: self._database.use(lambda c: merge_segments(c, self._scope)), None)

    def facts(self, blob: Blob) -> FileFacts | CouldNotLook:
        """The facts of one blob, extracted now if need be."""
        return self.load((blob,))[blob.oid]

    def load(self, blobs: Iterable[Blob]) -> Mapping[ObjectId, FileFacts | CouldNotLook]:
        """The facts of many blobs at once."""
        found: dict[ObjectId, FileFacts | CouldNotLook] = {}
        wanted: dict[bytes, Blob] = {}
        for blob in blobs:
            role = role_of(blob.path)
            if role not in CODE or blob.mode in (Mode.SYMLINK, Mode.SUBMODULE):
                found[blob.oid] = NO_READER
                continue
            wanted[record_key(blob, extraction_key(role))] = blob
        self._recall([key for key in wanted if key not in self._memory])
        self._extract([blob for key, blob in wanted.items() if key not in self._memory])
        found.update((blob.oid, self._memory[key]) for key, blob in wanted.items())
        return found

    def blobs_with(self, term: str) -> frozenset[ObjectId]:
        """The indexed blobs whose facts hold `term`."""
        if term not in self._terms:
            segments = self._indexed.segments
            numbers: array[int] = self._try(
                lambda: self._database.use(lambda c: blobs_with(c, segments, term)), array("I")
            )
            keys = {self._indexed.keys[n] for n in numbers if n in self._indexed.keys}
            keys |= self._unsaved_terms.get(term, set())
            self._terms[term] = frozenset(self._oids[key] for key in keys if key in self._oids)
        return self._terms[term]

    def close(self) -> None:
        """End the extractors and let go of the file."""
        self._pool.close()
        self._database.close()

    def _recall(self, keys: Sequence[bytes]) -> None:
        for start in range(0, len(keys), BATCH):
            part = keys[start : start + BATCH]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, payload FROM blob WHERE key IN ({marks})"  # noqa: S608 - only question marks are put in
            rows = self._try(
                lambda q=query, p=part: self._database.use(lambda c: c.execute(q, p).fetchall()), []
            )
            for key, payload in rows:
                try:
                    self._memory[key] = open_record(payload)
                except DamagedRecordError:
                    continue  # extracted again, which writes it anew

    def _extract(self, blobs: Sequence[Blob]) -> None:
        if not blobs:
            return
        done = self._pool.extract(blobs)
        self._memory.update((e.key, open_record(e.record)) for e in done)
        self._try(lambda: self._database.use(lambda c: self._save(c, done)), None)
        if self.trouble:
            for extracted in done:
                for term in extracted.terms:
                    self._unsaved_terms.setdefault(term, set()).add(extracted.key)
        self._known.update(e.key for e in done)
        self._terms.clear()

    def _save(self, connection: object, done: Sequence[Extracted]) -> None:
        ...

    def _try(self, work: Callable[[], object], fallback: object) -> object:
        try:
            return work()
        except CacheUnusableError as error:
            self.trouble = str(error)
            return fallback
