"""The Terraform files that a change touches, folder by folder: what each declared before, and declares after.

A folder is what Terraform takes as one: which of its files a block stands in does not matter.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.change import Change, FileChange, FileStatus, Mode
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.facts.roles import role_of
from weighbridge.facts.terraform.blocks import Block, SourceFile
from weighbridge.facts.terraform.sources import read_source
from weighbridge.landscape.changed_bytes import ChangedBytes

ROLE: Final = "terraform"
_ASIDE: Final = LatePattern(
    r"(?:^|/)(?:examples?|samples?|fixtures?|testdata|docs?|tests|test/(?:fixtures|integration|unit))/"
)
"""Folders whose files show or test what others use; `test` alone is often an environment."""

Key = tuple[str, tuple[str, ...], str]
"""A block's kind and labels, and the alias of a provider."""


class Declared(Struct, frozen=True, kw_only=True):
    """A block with the file that holds it."""

    block: Block
    path: RepoPath
    side: Side

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.at(self.block.line, self.block.end_line)

    def at(self, line: int, end_line: int = 0) -> Place:
        """A line of its file."""
        return Place(path=self.path, line=line, end_line=max(line, end_line), side=self.side)

    def line_of(self, *names: str) -> Place:
        """Where the first of these values begins; the block's own place where none does."""
        line = next((self.block.lines[name] for name in names if name in self.block.lines), 0)
        return self.at(line) if line else self.place


class Folder(Struct, frozen=True, kw_only=True):
    """The blocks of one folder's changed files, by what names them."""

    path: str
    before: Mapping[Key, Declared] = field(default_factory=dict)
    after: Mapping[Key, Declared] = field(default_factory=dict)
    is_emptied: bool = False
    """Whether every changed file of it is gone."""
    is_damaged: bool = False
    """Whether one of its files could not be read whole after the change: what is missing may stand there."""

    def pairs(self, *kinds: str) -> Iterator[tuple[Declared | None, Declared | None]]:
        """What stands on either side under one name, for blocks of these kinds that are not the same."""
        for key in dict.fromkeys((*self.before, *self.after)):
            if key[0] in kinds:
                old, new = self.before.get(key), self.after.get(key)
                if old is None or new is None or old.block.values != new.block.values:
                    yield old, new

    def of(self, kind: str, side: Side = Side.HEAD) -> Iterator[Declared]:
        """All blocks of a kind on one side."""
        for key, each in (self.after if side is Side.HEAD else self.before).items():
            if key[0] == kind:
                yield each


class SourceFiles(Struct, frozen=True, kw_only=True):
    """All that changed, and why any of it could not be read; what is unread in part is told as coverage."""

    folders: tuple[Folder, ...] = ()
    missing: Mapping[RepoPath, CouldNotLook] = field(default_factory=dict)


def source_files(change: Change, contents: ChangedBytes) -> SourceFiles:
    """The files of a change, read."""
    sides: dict[str, dict[Side, dict[Key, Declared]]] = {}
    kept: set[str] = set()
    damaged: set[str] = set()
    missing: dict[RepoPath, CouldNotLook] = {}
    for file in change.files:
        if role_of(file.path) != ROLE or _ASIDE.search(file.path):
            continue
        folder = file.path.rpartition("/")[0]
        known = sides.setdefault(folder, {Side.BASE: {}, Side.HEAD: {}})
        if file.head is not None:
            kept.add(folder)
        for side in Side:
            read = _read(file, side, contents=contents)
            if side is Side.HEAD and (isinstance(read, CouldNotLook) or (read is not None and read.unread)):
                damaged.add(folder)
            if isinstance(read, CouldNotLook):
                missing.setdefault(file.path, read)
            elif read is not None:
                _note(known[side], read, path=_path(file, side), side=side)
    folders = (
        Folder(
            path=path,
            before=found[Side.BASE],
            after=found[Side.HEAD],
            is_emptied=path not in kept,
            is_damaged=path in damaged,
        )
        for path, found in sides.items()
    )
    return SourceFiles(folders=tuple(folders), missing=missing)


def _read(file: FileChange, side: Side, *, contents: ChangedBytes) -> SourceFile | CouldNotLook | None:
    blob = file.on(side)
    is_copy = side is Side.BASE and file.status is FileStatus.COPIED
    if blob is None or is_copy or blob.mode in (Mode.SYMLINK, Mode.SUBMODULE):
        return None
    data = contents.of(blob.path, side)
    return data if data is None or isinstance(data, CouldNotLook) else read_source(data, blob.path)


def _path(file: FileChange, side: Side) -> RepoPath:
    blob = file.on(side)
    return blob.path if blob is not None else file.path


def _note(known: dict[Key, Declared], read: SourceFile, *, path: RepoPath, side: Side) -> None:
    """Blocks that have no name of their own are told apart by their number."""
    for block in read.blocks:
        more = str(block.values.get("alias", "")) if block.type == "provider" else ""
        key: Key = (block.type, block.labels, more)
        while key in known:
            key = (block.type, block.labels, f"{key[2]}'")
        known[key] = Declared(block=block, path=path, side=side)
