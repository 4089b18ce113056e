"""A ledger in a git ref: a chain of commits whose trees hold the ledger's files, and nothing else is touched.

What people may ask to have erased lies under a second ref whose commit has no parent: a history would keep it. A file
erased there leaves an empty one, so that a clone which still holds it learns of the erasure and does not bring it back.
"""

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from msgspec import Struct

from weighbridge.adapters.git.commits import read_commit
from weighbridge.adapters.git.new_objects import NewObjects
from weighbridge.adapters.git.process import GitFailedError, lines_of
from weighbridge.adapters.git.ref_moves import RefMove, loose_refs, move_refs
from weighbridge.adapters.git.repository import GitRepository
from weighbridge.adapters.git.staged_tree import Entry, TreeWriter, as_object
from weighbridge.adapters.git.trees import TreeReader
from weighbridge.app.ports import RepositoryError
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.ledger.files import (
    CHECKPOINT,
    PERSONAL,
    LedgerFilesError,
    LedgerMovedError,
    moved,
    refuse_odd,
    refuse_odd_files,
)

LEDGER_REF: Final = "refs/weighbridge/ledger"
PEOPLE_REF: Final = "refs/weighbridge/people"

LARGEST: Final = 32 << 20
"""Bytes of one file that is read: 256 entries of the largest size, and room."""

_TRIES: Final = 20
_FORGET_AFTER: Final = 100
"""Replacements after which trees that were read are forgotten, for most of them are of the past."""

_FILE: Final = b"100644"
_LOOKS: Final = 3  # a ref is made once: twice is a race, three times is a broken file
_FOLDER: Final = b"40000"
_GROWS: Final = ".p/"
_SPOILT: Final = b"\0"
"""Stands for a person's text that is no text, which anybody may push: whoever opens it finds it spoilt, and can erase it."""
_PIECE: Final = 32 << 10
"""Bytes of one piece of a file that grows."""

_WORTH_IT: Final = 64
"""Texts for which a git of their own is started."""

_MOST_TEXTS: Final = 2_000_000
"""A few kilobytes of nested trees can stand for billions of them."""

_MOST_BLOBS: Final = 100
"""Small files that are remembered as they were last read or written: 3 MB."""

_WRITER: Final = "weighbridge <weighbridge@localhost>"


class Tip(Struct, frozen=True, kw_only=True):
    """What one of the refs leads to."""

    commit: ObjectId
    tree: ObjectId


class Sight(Struct, frozen=True, kw_only=True):
    """Both refs as they stood at one moment, None where there was none."""

    ledger: Tip | None
    people: Tip | None


class GitLedgerFiles:
    """The files of one ledger; keeps to the `LedgerFiles` port. They are read for as long as the repository is open."""

    def __init__(self, repository: GitRepository, *, ref: str = LEDGER_REF, people: str = PEOPLE_REF) -> None:
        self.refs = (ref, people)
        self._git = repository.named
        self._location = repository.location
        self._objects = repository.objects
        self._ref = ref
        self._people = people
        self._sight: Sight | None = None
        self._last = Sight(ledger=None, people=None)
        self._blobs: dict[ObjectId, bytes] = {}
        self._expected: tuple[Tip | None, Mapping[str, bytes]] = (None, {})
        self._trees = TreeReader(repository.objects)
        self._replaced = 0

    @property
    def place(self) -> str:
        """The ref's name."""
        return self._ref

    def read(self, path: str) -> bytes | None:
        """A file's bytes, None when there is none. Raises `LedgerFilesError`."""
        refuse_odd(path)
        try:
            if path == CHECKPOINT:
                self._sight = None
            return self._at_hand(path) or self._read(path)
        except RepositoryError as problem:
            raise LedgerFilesError(f"{self.place} of {self._location.name} cannot be read: {problem}") from problem

    def texts(self) -> Sequence[str]:
        """The paths of people's texts, and of whatever else was put among them. Raises `LedgerFilesError`."""
        try:
            tip = self.seen().people
            found = tuple(islice(self._texts(tip.tree), _MOST_TEXTS + 1)) if tip else ()
            if len(found) > _MOST_TEXTS:
                raise RepositoryError(f"{self._people} holds more than {_MOST_TEXTS:,} files")
        except RepositoryError as problem:
            raise LedgerFilesError(f"{self.place} of {self._location.name} cannot be read: {problem}") from problem
        return found

    def _texts(self, tree: ObjectId, *, above: str = "", depth: int = 2) -> Iterator[str]:
        """What stands below a tree and was not erased: a text by its path, anything else by where it stands."""
        nothing = NewObjects(self._location.object_format).add("blob", b"")
        for raw, (mode, oid) in self._trees.entries(tree).items():
            name = raw.decode("utf-8", "replace")
            if mode == _FOLDER and depth:
                yield from self._texts(oid, above=f"{above}{name}/", depth=depth - 1)
            elif oid != nothing or mode != _FILE:
                is_a_text = above == f"{PERSONAL}{name[:2]}/"
                yield PERSONAL + name if is_a_text else above + name

    def expect(self, paths: Sequence[str]) -> None:
        """Have small texts of people at hand that are read next: git is asked for all of them at once. Raises `LedgerFilesError`."""
        try:
            tip = self.seen().people
            self._expected = tip, self._together(tip.tree, paths) if tip else {}
        except RepositoryError as problem:
            raise LedgerFilesError(f"{self.place} of {self._location.name} cannot be read: {problem}") from problem

    def _together(self, tree: ObjectId, paths: Sequence[str]) -> Mapping[str, bytes]:
        """Small texts by their paths, where they are enough to be worth a git of their own."""
        folders = self._folder(self._folder({b"": (_FOLDER, tree)}, b""), PERSONAL.rstrip("/").encode())
        found: dict[str, ObjectId] = {}
        for path in paths:
            name = path.removeprefix(PERSONAL).encode()
            mode, oid = self._folder(folders, name[:2]).get(name, (b"", ObjectId("")))
            if mode == _FILE and path.startswith(PERSONAL):
                found[path] = oid
        texts = self._objects.small(list(found.values()), _PIECE) if len(found) >= _WORTH_IT else {}
        return {path: texts[oid] for path, oid in found.items() if oid in texts}

    def _folder(self, above: Mapping[bytes, Entry], name: bytes) -> Mapping[bytes, Entry]:
        mode, oid = above.get(name, (b"", ObjectId("")))
        return self._trees.entries(oid) if mode == _FOLDER else {}

    def _at_hand(self, path: str) -> bytes | None:
        """A text that was expected, as it stands now; empty where it was erased."""
        tip, texts = self._expected
        return texts.get(path) if texts and tip is self.seen().people else None

    def replace(self, files: Mapping[str, bytes | None], *, expected: bytes | None) -> None:
        """Write these files, None for those that go, if the checkpoint is still `expected`.

        Raises:
            LedgerMovedError: it is another one now; nothing was written.
            LedgerFilesError: nothing could be written.
        """
        refuse_odd_files(files, expected=expected)
        try:
            self._replace(files, expected)
        except (RepositoryError, OSError) as problem:
            self._sight = None
            words = f"{problem.strerror} ({problem.filename})" if isinstance(problem, OSError) else str(problem)
            raise LedgerFilesError(
                f"{self.place} of {self._location.name} cannot be written: {words}; what stood there still stands"
            ) from problem

    def _replace(self, files: Mapping[str, bytes | None], expected: bytes | None) -> None:
        for _ in range(_TRIES):
            if self._read(CHECKPOINT) != expected:
                self._sight = None
                if self._read(CHECKPOINT) != expected:
                    raise LedgerMovedError(moved(self.place))
            before = self.seen()
            self._replaced += 1
            if self._replaced % _FORGET_AFTER == 0:
                self._trees = TreeReader(self._objects)
            made = NewObjects(self._location.object_format)
            after = self._prepare(files, before, made=made)
            made.write(self._git)
            if self._move(before, after):
                self._go_on(after, made)
                return
        raise LedgerFilesError(
            f"{self.place}: it was moved {_TRIES} times while this was written: try again when fewer write to it"
        )

    def _go_on(self, sight: Sight, made: NewObjects) -> None:
        """What was just written is what is read next, and need not be asked of git again."""
        self._sight = self._last = sight
        for oid, data in made.bodies("blob"):
            self._remember(oid, data)

    def _remember(self, oid: ObjectId, data: bytes) -> None:
        if len(data) <= _PIECE:
            self._blobs[oid] = data
            while len(self._blobs) > _MOST_BLOBS:
                del self._blobs[next(iter(self._blobs))]

    def _prepare(self, files: Mapping[str, bytes | None], before: Sight, *, made: NewObjects) -> Sight:
        """What the refs are to lead to, by objects that must be there before."""
        own: dict[bytes, Entry | None] = {}
        people: dict[bytes, Entry | None] = {}
        known = {
            _growing(path): tuple(self._pieces(before.ledger, path)) for path, data in files.items() if data is None
        }
        for path, data in files.items():
            if path.startswith(PERSONAL):
                people[_spread(path).encode()] = (_FILE, made.add("blob", data or b""))
            else:
                own[path.encode()] = None if data is None else self._entry(path, data, known=known, made=made)
        for pieces in known.values():
            made.forget(pieces)
        return Sight(
            ledger=self._commit(own, before.ledger, made=made, has_history=True) if own else before.ledger,
            people=self._commit(people, before.people, made=made, has_history=False) if people else before.people,
        )

    def _entry(self, path: str, data: bytes, *, known: Mapping[str, Sequence[ObjectId]], made: NewObjects) -> Entry:
        """What stands for a file in a tree: a part of a tile that will grow is kept in pieces, for most stay as they are.

        `known` are those of what grows, in order.
        """
        if _GROWS not in path or len(data) <= _PIECE:
            return _FILE, made.add("blob", data)
        before = known.get(_growing(path), ())
        entries: dict[bytes, Entry] = {}
        for number, at in enumerate(range(0, len(data), _PIECE)):
            piece = data[at : at + _PIECE]
            is_same = number < len(before) and self._blobs.get(before[number]) == piece
            entries[b"%04d" % number] = _FILE, before[number] if is_same else made.add("blob", piece)
        oid, tree = as_object(entries)
        made.add_trees({oid: tree})
        self._trees.remember(oid, entries)
        return _FOLDER, oid

    def _pieces(self, tip: Tip | None, path: str) -> Iterable[ObjectId]:
        """The pieces that a file is kept in, in order; none where it is whole."""
        if tip is None or _GROWS not in path:
            return ()
        mode, oid = self._trees.entry(tip.tree, RepoPath(path)) or (b"", "")
        return (oid for _, (_, oid) in sorted(self._trees.entries(ObjectId(oid)).items())) if mode == _FOLDER else ()

    def _commit(
        self, entries: Mapping[bytes, Entry | None], before: Tip | None, *, made: NewObjects, has_history: bool
    ) -> Tip:
        writer = TreeWriter(self._trees)
        tree = writer.changed(before.tree if before else None, entries)
        assert tree is not None, "a checkpoint, or the mark of what was erased, always stays"
        made.add_trees(writer.made)
        for oid, held in writer.entries.items():
            self._trees.remember(oid, held)
        parent = before.commit if has_history and before else None
        return Tip(commit=add_commit(made, tree, parent=parent), tree=tree)

    def _move(self, before: Sight, after: Sight) -> bool:
        """Move both refs or none; False when somebody else had moved one of them. Raises `RepositoryError`."""
        moves = [
            RefMove(ref=self._people, old=commit_of(before.people), new=commit_of(after.people)),
            RefMove(ref=self._ref, old=commit_of(before.ledger), new=commit_of(after.ledger)),
        ]
        try:
            move_refs(self._git, self._location, moves=moves)
        except GitFailedError:
            self._sight = None
            if self.seen() == before:
                raise
            return False
        return True

    def _read(self, path: str) -> bytes | None:
        is_personal = path.startswith(PERSONAL)
        sight = self.seen()
        tip = sight.people if is_personal else sight.ledger
        if tip is None:
            return None
        mode, oid = self._trees.entry(tip.tree, RepoPath(_spread(path))) or (b"", ObjectId(""))
        if mode == _FILE:
            data = self._bytes(path, oid)
        elif mode == _FOLDER and _GROWS in path:
            pieces = self._trees.entries(oid)
            data = b"".join(self._bytes(path, pieces[name][1]) for name in sorted(pieces))
        elif not mode:
            return None
        elif is_personal:
            data = _SPOILT
        else:
            raise RepositoryError(f"{path} in it is no plain file, and Weighbridge writes nothing else")
        return None if is_personal and not data else data

    def _bytes(self, path: str, oid: ObjectId) -> bytes:
        known = self._blobs.get(oid)
        if known is not None:
            return known
        taken = self._objects.read(oid, LARGEST)
        if isinstance(taken, CouldNotLook) and taken.reason is Reason.LIMIT and path.startswith(PERSONAL):
            return _SPOILT
        if isinstance(taken, CouldNotLook):
            raise RepositoryError(f"{path} in it: {taken.detail}. {taken.remedy}".rstrip(". "))
        self._remember(oid, taken[1])
        return taken[1]

    def seen(self) -> Sight:
        """Both refs as they stood when the checkpoint was last read. Raises `RepositoryError`."""
        if self._sight is None:
            found = self._found()
            self._sight = Sight(ledger=self._tip(self._ref, found), people=self._tip(self._people, found))
            self._last = self._sight
        return self._sight

    def _found(self) -> Mapping[str, tuple[str, str]]:
        """What the refs lead to; looked for again where one was made between the reading and the look at its file."""
        for _ in range(_LOOKS):
            found = loose_refs(self._location, self.refs) or self._told()
            broken = [ref for ref in self.refs if ref not in found and self._is_a_file(ref)]
            if not broken:
                return found
        raise RepositoryError(f"{broken[0]} is there and leads nowhere: git fsck says what is broken")

    def _is_a_file(self, ref: str) -> bool:
        path = f"{self._location.common}/{ref}"
        return os.path.lexists(path) and not os.path.isdir(path)

    def _told(self) -> Mapping[str, tuple[str, str]]:
        told = self._git.run("for-each-ref", "--format=%(refname) %(objectname) %(symref)", *self.refs)
        lines = (line.split(" ") for line in lines_of(told))
        return {name: (oid, stands_for) for name, oid, stands_for in lines}

    def _tip(self, ref: str, found: Mapping[str, tuple[str, str]]) -> Tip | None:
        if ref not in found:
            return None
        oid, stands_for = found[ref]
        if stands_for:
            raise RepositoryError(f"{ref} stands for {stands_for}, and a ledger is no other ref: git update-ref -d it")
        for known in (self._last.ledger, self._last.people):
            if known is not None and known.commit == oid:
                return known
        commit = read_commit(self._objects, ObjectId(oid))
        if ref == self._ref and self._trees.entry(commit.tree, RepoPath(CHECKPOINT)) is None:
            raise RepositoryError(
                f"{oid[:12]} holds no checkpoint: something else than a ledger was put there; `git update-ref -d {ref}`"
                " takes it away, and `weighbridge ledger sync` fetches the ledger again"
            )
        return Tip(commit=ObjectId(oid), tree=commit.tree)


def _growing(path: str) -> str:
    """What all names of a part that grows have in common."""
    return path.partition(_GROWS)[0]


def _spread(path: str) -> str:
    """Where a file stands in a tree: people's are spread over folders, for each writing writes a folder anew."""
    name = path.removeprefix(PERSONAL)
    return path if name == path else f"{PERSONAL}{name[:2]}/{name}"


def commit_of(tip: Tip | None) -> ObjectId | None:
    """What a ref leads to, None where there is no such ref."""
    return tip.commit if tip else None


def add_commit(made: NewObjects, tree: ObjectId, *, parent: ObjectId | None = None) -> ObjectId:
    """A commit of this tree; who made it and why stands in the ledger itself."""
    stamp = f"{_WRITER} {int(time.time())} +0000"
    after = f"parent {parent}\n" if parent else ""
    return made.add("commit", f"tree {tree}\n{after}author {stamp}\ncommitter {stamp}\n\nKeep the ledger\n".encode())
