"""A tree: the files of one side of a change, by path."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from weighbridge.domain.change import Blob, FileChange
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.paths import folder_of


@dataclass(frozen=True)
class Tree:
    """Paths to blobs; unchangeable, so that what is derived from it is derived once."""

    blobs: Mapping[RepoPath, Blob] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, blobs: Iterable[Blob]) -> "Tree":
        """The tree holding `blobs`."""
        return cls({blob.path: blob for blob in blobs})

    def after(self, files: Iterable[FileChange]) -> "Tree":
        """The tree that `files` make of this one."""
        blobs = dict(self.blobs)
        changes = tuple(files)
        for change in changes:
            if change.base is not None and change.status.value not in ("copied",):
                blobs.pop(change.base.path, None)
        blobs.update({c.head.path: c.head for c in changes if c.head is not None})
        return Tree(blobs)

    @cached_property
    def folders(self) -> Mapping[RepoPath, tuple[RepoPath, ...]]:
        """Each folder that directly holds files, with those files' paths."""
        found: dict[RepoPath, list[RepoPath]] = {}
        for path in self.blobs:
            found.setdefault(folder_of(path), []).append(path)
        return {folder: tuple(paths) for folder, paths in found.items()}

    @cached_property
    def paths_by_oid(self) -> Mapping[ObjectId, tuple[RepoPath, ...]]:
        """Each blob's object id with the paths it stands at."""
        found: dict[ObjectId, list[RepoPath]] = {}
        for path, blob in self.blobs.items():
            found.setdefault(blob.oid, []).append(path)
        return {oid: tuple(paths) for oid, paths in found.items()}

    @cached_property
    def paths_by_basename(self) -> Mapping[str, tuple[RepoPath, ...]]:
        """Each file name with the paths that end in it."""
        found: dict[str, list[RepoPath]] = {}
        for path in self.blobs:
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    def __contains__(self, path: object) -> bool:
        return path in self.blobs
