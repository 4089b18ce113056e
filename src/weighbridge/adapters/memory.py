"""A repository in memory: two trees of texts, compared and read as git would, for rehearsing rules and for tests."""

import difflib
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from weighbridge.app.ports import Ancestry, ChangeRequest, HistoricCommit, KnownCode, KnownRelease
from weighbridge.domain.change import (
    Blob,
    Change,
    ChangeKind,
    Commit,
    FileChange,
    FileStatus,
    Identity,
    LineRange,
    Mode,
    Passing,
)
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.landing import Landings, PathFolder, landing_of
from weighbridge.domain.merge import Merge, SideChanges, merged_files
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.facts.extract import extract
from weighbridge.facts.extractor import ExtractionError
from weighbridge.facts.model import FileFacts
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.source import Blobs
from weighbridge.landscape.terms import terms_of

_BASE: Final = ObjectId("0" * 39 + "1")
_HEAD: Final = ObjectId("0" * 39 + "2")
_OTHER: Final = ObjectId("0" * 39 + "3")
_ANCESTOR: Final = ObjectId("0" * 39 + "4")
_NAMES: Final = {_BASE: "base", _HEAD: "head", _OTHER: "other", _ANCESTOR: "ancestor"}
_SOMEBODY: Final = Identity(name="Ada Example", email="ada@example.org")


def object_id(data: bytes) -> ObjectId:
    """The id git gives a blob of these bytes."""
    return ObjectId(hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest())


class MemoryRepository:
    """Base and head as mappings of path to text; keeps to the `Repository` port."""

    identity = "0" * 16
    name = "memory"

    def __init__(
        self,
        base: Mapping[str, str],
        head: Mapping[str, str],
        *,
        message: str = "",
        modes: Mapping[tuple[str, str], str] | None = None,
        merged: tuple[Mapping[str, str], Mapping[str, str]] | None = None,
    ) -> None:
        """`merged` makes head a merge: what it merges into the base, and what both come from."""
        self._modes = modes or {}
        self._trees = {_BASE: _encoded(base), _HEAD: _encoded(head)}
        if merged is not None:
            self._trees |= {_OTHER: _encoded(merged[0]), _ANCESTOR: _encoded(merged[1])}
        self._objects = {object_id(d): d for tree in self._trees.values() for d in tree.values()}
        self._message = message

    def change(self, request: ChangeRequest) -> Change:
        """The difference of the two trees, as one commit with the given message."""
        base, head = self._trees[_BASE], self._trees[_HEAD]
        paths = sorted(p for p in base.keys() | head.keys() if self._blob("base", p) != self._blob("head", p))
        return Change(
            repository=self.name,
            kind=ChangeKind.RANGE,
            range_text=request.range_text or "base..head",
            base_tree=_BASE,
            head_tree=_HEAD,
            base_commit=_BASE,
            head_commit=_HEAD,
            files=tuple(self._landed(self._file_change(path)) for path in paths),
            commits=tuple(self.commits_between(_BASE, _HEAD)),
            title=self._message.partition("\n")[0],
            description=self._message.partition("\n")[2].strip(),
        )

    def protected_target(self, request: ChangeRequest, change: Change) -> tuple[str, ObjectId | None, str]:
        """The base, as `main`."""
        return request.target or "main", change.base_commit, ""

    def protected_tip(self, target: str) -> tuple[str, ObjectId | None, str]:
        """The base, as `main`."""
        return target or "main", _BASE, ""

    def tree_of(self, commit: ObjectId) -> ObjectId:
        """The tree, which goes by the name of its commit."""
        return commit

    def entries(self, tree: ObjectId) -> Mapping[RepoPath, Blob]:
        """The files of one tree."""
        side = "base" if tree == _BASE else "head"
        blobs = (self._blob(side, path) for path in sorted(self._trees[tree]))
        return {blob.path: blob for blob in blobs if blob is not None}

    def difference(self, base: ObjectId, head: ObjectId, *, most: int) -> Mapping[RepoPath, Blob | None] | None:
        """What one tree holds otherwise than another."""
        before, after = self.entries(base), self.entries(head)
        paths = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
        return {path: after.get(path) for path in paths} if len(paths) <= most else None

    def read(self, oid: ObjectId, limit: int) -> bytes | CouldNotLook:
        """A text's bytes."""
        data = self._objects[oid]
        return data if len(data) <= limit else CouldNotLook(reason=Reason.LIMIT, detail=f"over {limit} bytes")

    def read_many(self, oids: Sequence[ObjectId], limit: int) -> Mapping[ObjectId, bytes]:
        """The texts that are no longer than that."""
        return {oid: self._objects[oid] for oid in oids if len(self._objects[oid]) <= limit}

    def ancestors(self, start: ObjectId, limit: int) -> Ancestry:
        """None: there is only the one change."""
        del start, limit
        return Ancestry(oids=())

    def historic_commits(self, oids: Sequence[ObjectId]) -> Iterator[HistoricCommit]:
        """None, as above."""
        del oids
        return iter(())

    def landed(
        self, tip: ObjectId, *, limit: int, without: ObjectId | None = None
    ) -> Sequence[tuple[ObjectId, ObjectId]]:
        """Nothing: there is one commit."""
        del tip, limit, without
        return ()

    def commits_between(self, base: ObjectId | None, head: ObjectId) -> Sequence[Commit]:
        """The one commit."""
        del base
        at = datetime(2026, 1, 1, tzinfo=UTC)
        return [
            Commit(
                oid=head,
                tree=head,
                parents=(_BASE, _OTHER) if _OTHER in self._trees else (_BASE,),
                author=_SOMEBODY,
                committer=_SOMEBODY,
                authored_at=at,
                committed_at=at,
                message=self._message,
            )
        ]

    def merges(self, change: Change) -> Sequence[Merge] | CouldNotLook:
        """Head, where it is a merge."""
        del change
        if _OTHER not in self._trees:
            return ()
        sides = [self._changes(_BASE), self._changes(_OTHER)]
        files = tuple(merged_files(sides, self._changes(_HEAD)))
        return (Merge(commit=_HEAD, sides=(_BASE, _OTHER), files=files),)

    def _changes(self, tree: ObjectId) -> SideChanges:
        paths = sorted(self._trees[_ANCESTOR].keys() | self._trees[tree].keys())
        pairs = {path: (self._blob("ancestor", path), self._blob(_NAMES[tree], path)) for path in paths}
        return {path: (before, after) for path, (before, after) in pairs.items() if before != after}

    def notes(self, ref: str, commits: Iterable[ObjectId]) -> Mapping[ObjectId, bytes]:
        """None."""
        del ref, commits
        return {}

    def orphaned_notes(self, ref: str) -> Sequence[ObjectId]:
        """None."""
        del ref
        return ()

    def tags(self) -> Sequence[tuple[str, ObjectId]]:
        """None."""
        return ()

    def release_before(self, base: ObjectId, names: Sequence[str], *, target: ObjectId) -> tuple[str, ObjectId] | None:
        """None."""
        del base, names, target
        return None

    def branch_start(self, change: Change, target: str) -> ObjectId | None:
        """None."""
        del change, target
        return None

    def versions(self, path: RepoPath, until: ObjectId) -> Sequence[tuple[ObjectId, int]]:
        """None."""
        del path, until
        return ()

    def passings(self, folder: RepoPath, until: ObjectId) -> Sequence[Passing]:
        """None."""
        del folder, until
        return ()

    def entry(self, tree: ObjectId, path: RepoPath) -> Blob | None:
        """A file of either tree."""
        return self.entries(tree).get(path)

    def came_at(self, path: RepoPath, until: ObjectId) -> int | None:
        """None."""
        del path, until
        return None

    def file_at(self, commit: ObjectId, path: RepoPath, limit: int) -> bytes | CouldNotLook | None:
        """A file of either tree."""
        data = self._trees[commit].get(path)
        return None if data is None else data[:limit]

    def commit(self, oid: ObjectId) -> Commit | CouldNotLook:
        """None."""
        return _unwritten(oid)

    def raw_commit(self, oid: ObjectId) -> bytes | CouldNotLook:
        """Nothing: these commits were never written."""
        return _unwritten(oid)

    def refs(self, prefix: str, limit: int) -> Mapping[str, ObjectId]:
        """None."""
        del prefix, limit
        return {}

    def _blob(self, side: str, path: RepoPath) -> Blob | None:
        data = next(files for tree, files in self._trees.items() if _NAMES[tree] == side).get(path)
        if data is None:
            return None
        mode = Mode(self._modes.get((side, path), Mode.REGULAR.value))
        # A submodule's text is the id of its commit.
        oid = ObjectId(data.decode().strip()) if mode is Mode.SUBMODULE else object_id(data)
        return Blob(path=path, mode=mode, oid=oid, size=-1 if mode is Mode.SUBMODULE else len(data))

    def _landed(self, file: FileChange) -> FileChange:
        return replace(file, lands_on=landing_of(file, self._landings))

    @cached_property
    def _landings(self) -> Landings:
        return Landings(PathFolder.of(self._trees[_BASE]))

    def _file_change(self, path: RepoPath) -> FileChange:
        base, head = self._blob("base", path), self._blob("head", path)
        before, after = self._trees[_BASE].get(path, b""), self._trees[_HEAD].get(path, b"")
        added, removed = _ranges(before, after)
        status = FileStatus.MODIFIED if base and head else FileStatus.ADDED if head else FileStatus.DELETED
        return FileChange(
            status=status,
            base=base,
            head=head,
            added=tuple(added),
            removed=tuple(removed),
            is_binary=b"\0" in before or b"\0" in after,
        )


class MemoryFacts:
    """Facts extracted in this process, for trusted texts only; keeps to the `FactIndex` port."""

    trouble = ""

    def __init__(self, repository: Blobs) -> None:
        self._repository = repository
        self._facts: dict[tuple[ObjectId, str], FileFacts | CouldNotLook] = {}
        self._by_term: dict[str, set[ObjectId]] = {}
        self._words: dict[ObjectId, bytes] = {}

    def unindexed(self, blobs: Iterable[Blob]) -> Sequence[Blob]:
        """The code blobs that were not read yet."""
        return [b for b in blobs if role_of(b.path) in CODE and (b.oid, role_of(b.path)) not in self._facts]

    def index(self, blobs: Iterable[Blob]) -> None:
        """Read the code blobs among `blobs`."""
        self.load(blobs)

    def unread(self, blobs: Iterable[Blob]) -> Mapping[Blob, CouldNotLook]:
        """None: texts in memory are at hand."""
        del blobs
        return {}

    def known_code(self) -> KnownCode | None:
        """None: nothing is kept between runs."""
        return None

    def keep_code(self, code: KnownCode) -> None:
        """Nothing, as above."""

    def known_components(self, key: str) -> ComponentMap | None:
        """None, as above."""

    def keep_components(self, key: str, found: ComponentMap) -> None:
        """Nothing, as above."""

    def known_release(self, key: str) -> KnownRelease | None:
        """None, as above."""

    def keep_release(self, key: str, found: KnownRelease) -> None:
        """Nothing, as above."""

    def facts(self, blob: Blob) -> FileFacts | CouldNotLook:
        """The facts of one text."""
        return self.load((blob,))[blob]

    def load(self, blobs: Iterable[Blob], *, in_detail: bool = False) -> Mapping[Blob, FileFacts | CouldNotLook]:
        """The facts of many texts."""
        return {blob: self._read(blob, in_detail=in_detail) for blob in blobs}

    def _read(self, blob: Blob, *, in_detail: bool) -> FileFacts | CouldNotLook:
        """The facts of one text; those in detail serve for others from then on."""
        key = (blob.oid, role_of(blob.path))
        known = self._facts.get(key)
        if known is None or (in_detail and isinstance(known, FileFacts) and not known.in_detail):
            found = self._facts[key] = self._extract(blob, key[1], in_detail=in_detail)
            for term in () if isinstance(found, CouldNotLook) else terms_of(found):
                self._by_term.setdefault(term, set()).add(blob.oid)
        return self._facts[key]

    def blobs_with(self, term: str) -> frozenset[ObjectId]:
        """The texts whose facts hold `term`."""
        return frozenset(self._by_term.get(term, ()))

    def known_words(self) -> Mapping[ObjectId, bytes]:
        """Those of texts that were read before."""
        return self._words

    def keep_words(self, found: Mapping[ObjectId, bytes]) -> None:
        """Keep them, as long as this is kept itself."""
        self._words.update(found)

    def _extract(self, blob: Blob, role: str, *, in_detail: bool) -> FileFacts | CouldNotLook:
        if role not in CODE:
            return CouldNotLook(reason=Reason.UNSUPPORTED, detail="Weighbridge cannot read this kind of file")
        data = self._repository.read(blob.oid, 10_000_000)
        if isinstance(data, CouldNotLook):
            return data
        try:
            return extract(data, role, in_detail=in_detail)
        except ExtractionError as error:
            return CouldNotLook(reason=Reason.UNPARSED, detail=str(error))


def _unwritten(oid: ObjectId) -> CouldNotLook:
    return CouldNotLook(reason=Reason.NO_HISTORY, detail=f"{oid} is in memory only")


def _encoded(tree: Mapping[str, str]) -> dict[RepoPath, bytes]:
    return {RepoPath(path): text.encode("utf-8") for path, text in tree.items()}


def _ranges(base: bytes, head: bytes) -> tuple[list[LineRange], list[LineRange]]:
    matcher = difflib.SequenceMatcher(None, _lines(base), _lines(head), autojunk=False)
    added: list[LineRange] = []
    removed: list[LineRange] = []
    for kind, base_start, base_end, head_start, head_end in matcher.get_opcodes():
        if kind != "equal" and head_end > head_start:
            added.append(LineRange(start=head_start + 1, end=head_end))
        if kind != "equal" and base_end > base_start:
            removed.append(LineRange(start=base_start + 1, end=base_end))
    return added, removed


def _lines(data: bytes) -> list[bytes]:
    """Lines as git counts them: only a line feed ends one."""
    lines = data.split(b"\n")
    return lines if lines[-1] else lines[:-1]
