"""The objects that the manifests of a change declare, before and after: the fact that rules ask for.

An object is known by kind, namespace and name, whichever file holds it. What a tool rendered, given as two inputs, stands
instead of the sources of the same objects.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from posixpath import commonprefix
from typing import Final

from weighbridge.domain.change import Change, FileChange, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.inputs import NO_INPUTS, PREFIX, Inputs
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.kubernetes.objects import Key, Object, nearly
from weighbridge.landscape.infrastructure.kubernetes.reading import (
    TEMPLATE,
    Chunk,
    Read,
    chunks_of,
    read_chunks,
    read_manifest,
)
from weighbridge.landscape.tree import Tree

ROLE: Final = "kubernetes"
BEFORE: Final = "manifests-before"
AFTER: Final = "manifests-after"
ROLES: Final = (ROLE, f"{PREFIX}{BEFORE}", f"{PREFIX}{AFTER}")
"""What rules that look at objects name as their roles."""
_ENDINGS: Final = (".yaml", ".yml")
_KIND: Final = re.compile(rb"^(?:- |\xef\xbb\xbf)?[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?[A-Z{]", re.MULTILINE)
_VERSION: Final = re.compile(rb"^(?:- |\xef\xbb\xbf)?[\"']?apiVersion[\"']?[ \t]*:[ \t]*[\"']?[a-z{]", re.MULTILINE)
_ASIDE: Final = LatePattern(r"(?:^|/)(?:examples?|samples?|fixtures?|testdata|docs?|tests?)/")
_MOST_BYTES_AROUND: Final = 1_000_000
_MOST_FILES_AROUND: Final = 120

Pair = tuple[Object | None, Object | None]
Around = tuple[Tree, Callable[[ObjectId, int], bytes | CouldNotLook]]
"""The tree after the change, and what reads its files."""
Surroundings = Callable[[], Around]


class Manifests:
    """The manifests of a change."""

    def __init__(
        self, change: Change, contents: ChangedBytes, *, around: Surroundings | None = None, inputs: Inputs = NO_INPUTS
    ) -> None:
        self._change = change
        self._contents = contents
        self._around = around
        self._inputs = inputs
        self._near: dict[str, tuple[Object, ...]] = {}
        self._ranked: dict[str, list[RepoPath]] = {}
        self._others_data: dict[RepoPath, bytes] = {}

    @cached_property
    def roles(self) -> Mapping[RepoPath, str]:
        """The role of each changed file that holds objects on either side."""
        return {file.path: ROLE for file in self._change.files if self._holds_objects(file)}

    @cached_property
    def unread(self) -> Mapping[RepoPath, CouldNotLook]:
        """Why a manifest, or what was rendered of one, could not be read; where the rest was rendered, its templates need not be."""
        found = dict(self._unread_inputs())
        for file in self._sources:
            missing = file.new.missing or file.old.missing
            if missing is not None and not (self._rendered and missing is TEMPLATE):
                found[file.path] = missing
        return found

    @cached_property
    def understood(self) -> frozenset[RepoPath]:
        """The changed files of which every document could be read."""
        return frozenset(path for path in self.roles if path not in self.unread)

    @property
    def has_rendered(self) -> bool:
        """Whether what a tool rendered was given, before and after."""
        return bool(self._rendered)

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Each object that is not declared as it was: before and after."""
        rendered = self._paired(self._rendered)
        known = {each.key[1::2] for file in self._rendered for each in file.objects}
        sources = self._paired(self._sources)
        kept = (pair for pair in sources if not any(each is not None and each.key[1::2] in known for each in pair))
        return tuple(each for each in (*rendered, *kept) if is_changed(each))

    @property
    def kept(self) -> Iterator[tuple[Object, Object]]:
        """Each object that stays, and is declared otherwise."""
        for old, new in self.pairs:
            if old is not None and new is not None:
                yield old, new

    @property
    def present(self) -> Iterator[tuple[Object | None, Object]]:
        """Each object that is there after the change, with what it was before."""
        for old, new in self.pairs:
            if new is not None:
                yield old, new

    @property
    def removed(self) -> Iterator[Object]:
        """Each object that is declared nowhere in the change any more, patches of others left out."""
        for old, new in self.pairs:
            if old is not None and new is None and old.is_whole:
                yield old

    def standing(self, by: Object, *, mention: str = "") -> Iterator[Object]:
        """The objects that stand beside one after the change: of the changed files, and of those near it that mention its name, or another."""
        for file in (*self._rendered, *self._sources):
            yield from file.new.objects
            yield from file.same
        if not by.is_rendered:
            yield from self.near(by.path, mention=mention or by.key[3])

    def elsewhere(self, of: Object) -> Iterator[Object]:
        """What stands under the kind and name of an object in files that the change leaves alone: those called like its own, then the nearest."""
        if self._around is None or of.is_rendered:
            return
        mention = of.key[3].encode()
        for path in self._others(of.path):
            data = self._data_of_other(path)
            if mention in data:
                found = read_chunks(
                    (each for each in chunks_of(data) if mention in each.data), path, side=Side.HEAD
                ).objects
                yield from (each for each in found if each.key[1] == of.kind and each.key[3] == of.key[3])

    def _others(self, path: RepoPath) -> list[RepoPath]:
        folder, _, last = path.rpartition("/")
        alike = [each for each in self._unchanged if each.rpartition("/")[2] == last]
        found = dict.fromkeys(sorted(alike, key=lambda each: -len(commonprefix((each, path))))[:_MOST_FILES_AROUND])
        if folder not in self._ranked:
            ranked = sorted(self._unchanged, key=lambda each: -len(commonprefix((each, path))))
            self._ranked[folder] = ranked[:_MOST_FILES_AROUND]
        return [*found, *(each for each in self._ranked[folder] if each not in found)]

    @cached_property
    def _unchanged(self) -> list[RepoPath]:
        assert self._around is not None
        changed = {file.path for file in self._change.files}
        return [
            each
            for each in self._around()[0].blobs
            if each.lower().endswith(_ENDINGS) and each not in changed and not _ASIDE.search(each)
        ]

    def _data_of_other(self, path: RepoPath) -> bytes:
        assert self._around is not None
        if path not in self._others_data:
            tree, read = self._around()
            data = read(tree.blobs[path].oid, _MOST_BYTES_AROUND)
            self._others_data[path] = data if isinstance(data, bytes) and _KIND.search(data) else b""
        return self._others_data[path]

    def near(self, path: RepoPath, *, mention: str) -> tuple[Object, ...]:
        """The objects of files that the change leaves alone, in or below the folder beside `path`, that hold a text."""
        folder = path.rpartition("/")[0]
        key = f"{folder}\0{mention}"
        if key not in self._near:
            self._near[key] = tuple(self._find_near(folder, mention)) if self._around is not None else ()
        return self._near[key]

    def _find_near(self, folder: str, mention: str) -> Iterator[Object]:
        assert self._around is not None
        tree, read = self._around()
        above = folder.rpartition("/")[0] or folder
        changed = {file.path for file in self._change.files}
        begins = f"{above}/" if above else ""
        paths = [
            path
            for path in tree.blobs
            if path.startswith(begins) and path.lower().endswith(_ENDINGS) and path not in changed
        ]
        paths.sort(key=lambda path: (not path.startswith(f"{folder}/"), path))
        for path in paths[:_MOST_FILES_AROUND]:
            data = read(tree.blobs[path].oid, _MOST_BYTES_AROUND)
            if isinstance(data, bytes) and mention.encode() in data and _KIND.search(data):
                yield from read_manifest(data, path, side=Side.HEAD).objects

    @cached_property
    def _sources(self) -> "tuple[_File, ...]":
        """The changed files that hold objects."""
        files = (file for file in self._change.files if file.path in self.roles)
        return tuple(_File(*(self._text(file, side) for side in Side), path=file.path) for file in files)

    @cached_property
    def _rendered(self) -> "tuple[_File, ...]":
        given = zip(self._inputs.of(BEFORE), self._inputs.of(AFTER), strict=False)
        files = (_File((old.data, old.path), (new.data, new.path), path=new.path) for old, new in given)
        return tuple(file for file in files if file.old.is_whole and file.new.is_whole)

    def _unread_inputs(self) -> Iterator[tuple[RepoPath, CouldNotLook]]:
        before, after = self._inputs.of(BEFORE), self._inputs.of(AFTER)
        for old, new in zip(before, after, strict=False):
            file = _File((old.data, old.path), (new.data, new.path), path=new.path)
            for path, missing in ((old.path, file.old.missing), (new.path, file.new.missing)):
                if missing is not None:
                    yield path, missing
        for lonely, other in ((before[len(after) :], AFTER), (after[len(before) :], BEFORE)):
            for each in lonely:
                detail = f"there is no `{other}` to compare it with"
                remedy = f"give both: `--input {BEFORE}=FILE --input {AFTER}=FILE`"
                yield each.path, CouldNotLook(reason=Reason.NOT_CONFIGURED, detail=detail, remedy=remedy)

    def _paired(self, files: "Iterable[_File]") -> list[Pair]:
        """Objects by their key within a file; what is left over, across files, then without what a tool may add to the key."""
        pairs: list[Pair] = []
        gone: list[Object] = []
        come: list[Object] = []
        for file in files:
            found, old, new = _matched(file.old.objects, file.new.objects, by=lambda key: key)
            pairs += found
            if file.old.is_whole and file.new.is_whole:  # else it may stand in what could not be read
                gone += old
                come += new
        for by in (lambda key: key, nearly):
            found, gone, come = _matched(gone, come, by=by)
            pairs += found
        found, gone, come = _without_namespace(gone, come)
        return [*pairs, *found, *((each, None) for each in gone), *((None, each) for each in come)]

    def _holds_objects(self, file: FileChange) -> bool:
        if not file.path.lower().endswith(_ENDINGS) or _ASIDE.search(file.path):
            return False
        data = (self._data(file, side) for side in Side)
        return any(isinstance(each, bytes) and _KIND.search(each) and _VERSION.search(each) for each in data)

    def _data(self, file: FileChange, side: Side) -> bytes | CouldNotLook | None:
        blob = file.on(side)
        if blob is None or blob.mode in (Mode.SYMLINK, Mode.SUBMODULE):
            return None
        return self._contents.of(blob.path, side)

    def _text(self, file: FileChange, side: Side) -> "_Text":
        blob = file.on(side)
        return self._data(file, side), blob.path if blob is not None else file.path


_Text = tuple[bytes | CouldNotLook | None, RepoPath]
"""What a file holds on one side, and where it lies there."""


class _File:
    """The objects of one file before and after, those left out that stand in a document which is the same on both sides."""

    def __init__(self, old: _Text, new: _Text, *, path: RepoPath) -> None:
        self.path = path
        self._path = new[1]
        before, after = (chunks_of(data) if isinstance(data, bytes) else () for data, _ in (old, new))
        common = Counter(each.data for each in before) & Counter(each.data for each in after)
        self._same, rest = _split(after, common)
        self.old = _read(old, _split(before, common)[1], side=Side.BASE)
        self.new = _read(new, rest, side=Side.HEAD)

    @property
    def objects(self) -> tuple[Object, ...]:
        """Every object of it, those that stay the same too."""
        return (*self.old.objects, *self.new.objects, *self.same)

    @cached_property
    def same(self) -> tuple[Object, ...]:
        """The objects that stay the same, read when somebody asks what stands beside another."""
        return read_chunks(self._same, self._path, side=Side.HEAD).objects


def _split(chunks: Iterable[Chunk], common: Mapping[bytes, int]) -> tuple[list[Chunk], list[Chunk]]:
    """The documents that stand on both sides, and the others."""
    left = Counter(common)
    same: list[Chunk] = []
    rest: list[Chunk] = []
    for chunk in chunks:
        (same if left[chunk.data] > 0 else rest).append(chunk)
        left[chunk.data] -= 1
    return same, rest


def _read(text: _Text, chunks: Iterable[Chunk], *, side: Side) -> Read:
    data, path = text
    if isinstance(data, CouldNotLook):
        return Read(missing=data, is_whole=False)
    return read_chunks(chunks, path, side=side)


def is_changed(pair: Pair) -> bool:
    """Whether an object is not declared as it was."""
    old, new = pair
    return old is None or new is None or old.values != new.values


def _matched(
    before: Iterable[Object], after: Iterable[Object], *, by: Callable[[Key], Key]
) -> tuple[list[Pair], list[Object], list[Object]]:
    """The objects that are the same one by some key, those of before that are left over, and those of after."""
    waiting: dict[Key, list[Object]] = {}
    for each in after:
        waiting.setdefault(by(each.key), []).append(each)
    pairs: list[Pair] = []
    gone: list[Object] = []
    for old in before:
        fitting = waiting.get(by(old.key))
        if fitting:
            pairs.append((old, fitting.pop(0)))
        else:
            gone.append(old)
    return pairs, gone, [each for many in waiting.values() for each in many]


def _without_namespace(
    before: Iterable[Object], after: Iterable[Object]
) -> tuple[list[Pair], list[Object], list[Object]]:
    """The same where only one side names a namespace: it may be the one that the other leaves to whoever applies it."""
    left = list(after)
    pairs: list[Pair] = []
    gone: list[Object] = []
    for old in before:
        kind, name = old.key[1], old.key[3]
        fitting = [
            new
            for new in left
            if (new.kind, new.key[3]) == (kind, name)
            and not (new.namespace and old.namespace)
            and new.key[0] == old.key[0]
        ]
        if fitting:
            pairs.append((old, fitting[0]))
            left.remove(fitting[0])
        else:
            gone.append(old)
    return pairs, gone, left
