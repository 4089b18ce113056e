"""The facts of one repository's blobs: read from the cache, extracted when not there, findable by term."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from weighbridge.adapters.facts.pool import ExtractionPool
from weighbridge.adapters.facts.records import open_record, record_key
from weighbridge.adapters.facts.store import FactStore
from weighbridge.app.ports import Progress
from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.facts.extract import extraction_key
from weighbridge.facts.model import FileFacts
from weighbridge.facts.roles import CODE, role_of

BATCH: Final = 1000
"""Blobs extracted between two writes: the most that a kill loses."""

NO_READER: Final = CouldNotLook(reason=Reason.UNSUPPORTED, detail="nothing here reads this kind of file")


class CachedFacts:
    """A `landscape.source.FactSource` whose memory outlives the process where the store allows it."""

    def __init__(self, store: FactStore, pool: ExtractionPool) -> None:
        self._store = store
        self._pool = pool
        self._memory: dict[bytes, FileFacts | CouldNotLook] = {}
        self._indexed = set(store.indexed_keys)
        self._oids: dict[bytes, ObjectId] = {}
        self._unsaved: dict[str, set[bytes]] = {}
        self._found: dict[str, frozenset[ObjectId]] = {}

    @property
    def trouble(self) -> str:
        """Why the cache could not be used, empty when it could."""
        return self._store.trouble

    def unindexed(self, blobs: Iterable[Blob]) -> list[Blob]:
        """The code blobs among `blobs` that no term leads to yet; the others become findable by term."""
        missing: dict[bytes, Blob] = {}
        for blob in blobs:
            key = _key_of(blob)
            if key:
                self._oids[key] = blob.oid
                if key not in self._indexed:
                    missing[key] = blob
        self._found.clear()
        return list(missing.values())

    def index(self, blobs: Iterable[Blob], progress: Progress) -> None:
        """Make all code blobs among `blobs` findable by term, extracting what was never seen."""
        missing = self.unindexed(blobs)
        for start in range(0, len(missing), BATCH):
            progress.step("reading files", start, len(missing))
            self._extract(missing[start : start + BATCH])

    def facts(self, blob: Blob) -> FileFacts | CouldNotLook:
        """The facts of one blob, extracted now if need be."""
        return self.load((blob,))[blob.oid]

    def load(self, blobs: Iterable[Blob]) -> Mapping[ObjectId, FileFacts | CouldNotLook]:
        """The facts of many blobs at once."""
        found: dict[ObjectId, FileFacts | CouldNotLook] = {}
        wanted: dict[bytes, Blob] = {}
        for blob in blobs:
            if key := _key_of(blob):
                wanted[key] = blob
            else:
                found[blob.oid] = NO_READER
        self._memory.update(self._store.recall([key for key in wanted if key not in self._memory]))
        self._extract([blob for key, blob in wanted.items() if key not in self._memory])
        found.update((blob.oid, self._memory[key]) for key, blob in wanted.items())
        return found

    def blobs_with(self, term: str) -> frozenset[ObjectId]:
        """The blobs known to `index` or `unindexed` whose facts hold `term`."""
        if term not in self._found:
            keys = self._store.keys_with(term) | self._unsaved.get(term, set())
            self._found[term] = frozenset(self._oids[key] for key in keys if key in self._oids)
        return self._found[term]

    def close(self) -> None:
        """End the extractors and let go of the file."""
        self._pool.close()
        self._store.close()

    def _extract(self, blobs: Sequence[Blob]) -> None:
        if not blobs:
            return
        records: dict[bytes, bytes] = {}
        terms: dict[bytes, Sequence[str]] = {}
        for blob, extracted in self._pool.extract(blobs):
            key = _key_of(blob)
            self._oids[key] = blob.oid
            records[key], terms[key] = extracted.record, extracted.terms
        self._memory.update((key, open_record(record)) for key, record in records.items())
        self._store.save(records)
        self._store.save_terms(terms)
        if self._store.trouble:
            for key, found in terms.items():
                for term in found:
                    self._unsaved.setdefault(term, set()).add(key)
        self._indexed.update(records)
        self._found.clear()


def _key_of(blob: Blob) -> bytes:
    role = role_of(blob.path)
    if role not in CODE or blob.mode in (Mode.SYMLINK, Mode.SUBMODULE):
        return b""
    return record_key(blob, _extraction_key(role))


_extraction_key = cache(extraction_key)
