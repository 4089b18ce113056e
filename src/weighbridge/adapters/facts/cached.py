"""The facts of one repository's blobs: read from the cache, extracted when not there, findable by term."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final, TypeGuard

from weighbridge.adapters.facts import known_components, known_releases, known_words
from weighbridge.adapters.facts.known_code import Known, pack, unpack
from weighbridge.adapters.facts.known_keys import ExtractionKeys
from weighbridge.adapters.facts.pool import ExtractionPool
from weighbridge.adapters.facts.records import LASTING, open_record, reason_of, record_key
from weighbridge.adapters.facts.store import FactStore
from weighbridge.adapters.facts.worker import packed_terms
from weighbridge.app.ports import KnownCode, KnownRelease, Progress
from weighbridge.domain.change import Blob
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.facts.extract import readers
from weighbridge.facts.model import FileFacts
from weighbridge.facts.roles import code_role, role_of
from weighbridge.landscape.components.model import ComponentMap

BATCH: Final = 1000
"""Blobs extracted between two writes: the most that a kill loses."""

TERMS_AT_ONCE: Final = 5000
"""Blobs whose terms are written at once: the fewer segments, the quicker every question; a kill loses no more than time."""

_DETAILED: Final = " in detail"
"""Added to the key of records that tell more."""

_CODE: Final = "code"
_COMPONENTS: Final = "components"
_RELEASES: Final = "releases"
_WORDS: Final = "words"
"""What is kept of a repository beside facts and terms."""

_READING: Final = "reading files"

NO_READER: Final = CouldNotLook(reason=Reason.UNSUPPORTED, detail="Weighbridge cannot read this kind of file")


class CachedFacts:
    """A `landscape.source.FactSource` whose memory outlives the process where the store allows it."""

    def __init__(self, store: FactStore, pool: ExtractionPool, *, progress: Progress) -> None:
        self._store = store
        self._pool = pool
        self._progress = progress
        self._memory: dict[bytes, FileFacts | CouldNotLook] = {}
        self._keys = ExtractionKeys(store)
        self._epoch = store.epoch
        self._indexed = set(store.indexed_keys)
        self._blobs: dict[bytes, Blob] = {}
        self._oids: dict[bytes, ObjectId] = {}
        self._nameless: Iterable[tuple[bytes, Blob]] = ()
        self._unread: dict[bytes, CouldNotLook] = {}
        self._found: dict[str, frozenset[ObjectId]] = {}
        self._terms: dict[bytes, str] = {}
        """The terms of blobs that were read and are not findable yet."""

    @property
    def trouble(self) -> str:
        """Why the cache could not be used, empty when it could."""
        return self._store.trouble

    def unindexed(self, blobs: Iterable[Blob]) -> list[Blob]:
        """The code blobs among `blobs` that no term leads to yet; the others become findable by term."""
        missing: dict[bytes, Blob] = {}
        for blob in blobs:
            key = self._key_of(blob)
            if key:
                self._blobs[key] = blob
                self._oids[key] = blob.oid
                if key not in self._indexed:
                    missing[key] = blob
        self._found.clear()
        return list(missing.values())

    def index(self, blobs: Iterable[Blob]) -> None:
        """Make all code blobs among `blobs` findable by term, extracting what was never seen."""
        self._index(self.unindexed(blobs))

    def unread(self, blobs: Iterable[Blob]) -> dict[Blob, CouldNotLook]:
        """The code blobs among `blobs` that could not be read this time, though they may another time."""
        return {blob: self._unread[key] for blob in blobs if (key := self._key_of(blob)) in self._unread}

    def known_code(self) -> KnownCode | None:
        """The code of one tree as an earlier run kept it; its blobs are findable by term from now on."""
        self._nameless = self._known.by_record()
        self._found.clear()
        return self._known.code

    def keep_code(self, code: KnownCode) -> None:
        """Keep the code of a tree in place of the one before."""
        keys = {role: self._keys.of(role) for role in {role_of(path) for path in code.blobs}}
        if by := readers():
            self._store.keep(_CODE, pack(code, keys=keys, readers=by))

    def known_components(self, key: str) -> ComponentMap | None:
        """The components that an earlier run found from what `key` stands for."""
        payload = self._store.known(_COMPONENTS)
        return known_components.unpack(payload, key=key) if payload else None

    def keep_components(self, key: str, found: ComponentMap) -> None:
        """Keep the components of a tree in place of those before."""
        self._store.keep(_COMPONENTS, known_components.pack(key, found))

    def known_release(self, key: str) -> KnownRelease | None:
        """The release that an earlier run found by what `key` stands for."""
        return self._releases.get(key)

    def keep_release(self, key: str, found: KnownRelease) -> None:
        """Keep a release beside those found before."""
        self._releases[key] = found
        self._store.keep(_RELEASES, known_releases.pack(self._releases))

    def known_words(self) -> Mapping[ObjectId, bytes]:
        """The words that texts say, as far as this or an earlier run kept them."""
        return self._words

    def keep_words(self, found: Mapping[ObjectId, bytes]) -> None:
        """Keep the words of texts beside those of others."""
        self._words.update(found)
        self._store.keep(_WORDS, known_words.pack(self._words))

    def facts(self, blob: Blob) -> FileFacts | CouldNotLook:
        """The facts of one blob, extracted now if need be."""
        return self.load((blob,))[blob]

    def load(self, blobs: Iterable[Blob], *, in_detail: bool = False) -> Mapping[Blob, FileFacts | CouldNotLook]:
        """The facts of many blobs at once; where details are asked for, whoever asks for less is given the same from then on."""
        keys = {blob: self._key_of(blob, in_detail=in_detail) for blob in blobs}
        wanted = {key: blob for blob, key in keys.items() if key and key not in self._memory}
        self._memory.update(self._store.recall(list(wanted)))
        missing = [blob for key, blob in wanted.items() if key not in self._memory]
        records = self._extract(missing, _Told(self._progress, done=0, total=len(missing)), in_detail=in_detail)
        self._save_terms()
        self._memory.update((self._key_of(blob, in_detail=in_detail), open_record(r)) for blob, r in records.items())
        if in_detail:
            self._memory.update((self._key_of(blob), self._memory[key]) for blob, key in keys.items() if key)
        return {blob: self._memory[key] if key else NO_READER for blob, key in keys.items()}

    def blobs_with(self, term: str) -> frozenset[ObjectId]:
        """The blobs known to `index` or `unindexed` whose facts hold `term`."""
        if term not in self._found:
            self._name_known()
            self._save_terms()
            keys = self._store.keys_with(term)
            while self._epoch != self._store.epoch:
                self._index_again()
                keys = self._store.keys_with(term)
            self._found[term] = frozenset(filter(None, map(self._oids.get, keys)))
        return self._found[term]

    def close(self) -> None:
        """End the extractors and let go of the file."""
        self._keys.keep()
        self._pool.close()
        self._store.close()

    @cached_property
    def _releases(self) -> dict[str, KnownRelease]:
        payload = self._store.known(_RELEASES)
        return known_releases.unpack(payload) if payload else {}

    @cached_property
    def _words(self) -> dict[ObjectId, bytes]:
        payload = self._store.known(_WORDS)
        return known_words.unpack(payload) if payload else {}

    @cached_property
    def _known(self) -> Known:
        payload = self._store.known(_CODE)
        return unpack(payload, readers=readers()) if payload else Known()

    def _name_known(self) -> None:
        """Name the records of the files known from an earlier run; most runs never ask for any."""
        named = dict(self._nameless)
        self._blobs.update(named)
        self._oids.update((key, blob.oid) for key, blob in named.items())
        self._nameless = ()

    def _key_of(self, blob: Blob, *, in_detail: bool = False) -> bytes:
        """The key of the blob's record, empty where nothing reads it; telling it imports no reader if an earlier run did."""
        role = code_role(blob)
        if not role:
            return b""
        return record_key(blob, (self._known.keys.get(role) or self._keys.of(role)) + _DETAILED * in_detail)

    def _index_again(self) -> None:
        """The file went bad or away under us: what it led to before must be found by other means."""
        self._epoch = self._store.epoch
        self._indexed = set(self._store.indexed_keys)
        self._index(self.unindexed(list(self._blobs.values())))

    def _index(self, blobs: Sequence[Blob]) -> None:
        for start in range(0, len(blobs), BATCH):
            told = _Told(self._progress, done=start, total=len(blobs))
            told.read(0)
            self._index_batch(blobs[start : start + BATCH], told)
        self._save_terms()

    def _index_batch(self, blobs: Sequence[Blob], told: "_Told") -> None:
        """Records that another repository or an earlier version of the index left are not extracted again."""
        wanted = {self._key_of(blob): blob for blob in blobs}
        known = self._store.recall(list(wanted))
        self._unread.update((key, found) for key, found in known.items() if _may_change(found))
        self._extract([blob for key, blob in wanted.items() if key not in known], told)
        self._terms.update((key, _terms(found)) for key, found in known.items() if not _may_change(found))
        self._indexed.update(wanted)
        if len(self._terms) >= TERMS_AT_ONCE:
            self._save_terms()

    def _extract(self, blobs: Sequence[Blob], told: "_Told", *, in_detail: bool = False) -> dict[Blob, bytes]:
        """The records of blobs; one with details serves for one without, too."""
        records: dict[Blob, bytes] = {}
        kept: dict[bytes, bytes] = {}
        for blob, extracted in self._pool.extract(blobs, told.waiting, in_detail=in_detail) if blobs else ():
            told.read(1)
            key = self._key_of(blob)
            self._blobs[key] = blob
            self._oids[key] = blob.oid
            records[blob] = extracted.record
            reason = reason_of(extracted.record)
            if reason is not Reason.NO_HISTORY:  # the next fetch may bring it
                kept[key] = extracted.record
                kept[self._key_of(blob, in_detail=in_detail)] = extracted.record
            if reason in LASTING:
                self._terms[key] = extracted.terms
            elif isinstance(found := open_record(extracted.record), CouldNotLook):
                self._unread[key] = found
        self._store.save(kept)
        return records

    def _save_terms(self) -> None:
        """Make the blobs findable whose terms were not written yet."""
        if self._terms:
            terms, self._terms = self._terms, {}
            self._store.save_terms(terms)
            self._indexed.update(terms)
            self._found.clear()


class _Told:
    """Tells how many of some files are read, and which is being read where that takes long."""

    def __init__(self, progress: Progress, *, done: int, total: int) -> None:
        self._progress = progress
        self._done = done
        self._total = total

    def read(self, more: int) -> None:
        """So many more are read."""
        self._done += more
        self._progress.step(_READING, self._done, self._total)

    def waiting(self, blobs: Sequence[Blob]) -> None:
        """These are being read, and nothing has come of them for a while."""
        others = f" and {len(blobs) - 1} more" if len(blobs) > 1 else ""
        self._progress.step(_READING, self._done, self._total, at=f"{blobs[0].path}{others}")


def _terms(found: FileFacts | CouldNotLook) -> str:
    return "" if isinstance(found, CouldNotLook) else packed_terms(found)


def _may_change(found: FileFacts | CouldNotLook) -> TypeGuard[CouldNotLook]:
    return isinstance(found, CouldNotLook) and found.reason not in LASTING
