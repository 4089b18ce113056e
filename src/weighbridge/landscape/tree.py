"""The files of one tree by path."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from weighbridge.domain.change import Blob, FileChange
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.paths import folder_of

K = TypeVar("K")

Groups = Mapping[K, tuple[RepoPath, ...]]


@dataclass(frozen=True)
class Tree:
    """Paths to blobs; unchangeable, so that what is derived from it is derived once.

    A tree that a change makes of another derives its groups from the other's: the change touches few of them.
    """

    blobs: Mapping[RepoPath, Blob] = field(default_factory=lambda: MappingProxyType({}))
    origin: "Tree | None" = field(default=None, compare=False, repr=False)
    touched: frozenset[RepoPath] = field(default=frozenset(), compare=False, repr=False)
    """The paths that this tree holds otherwise than its origin."""

    @classmethod
    def of(cls, blobs: Iterable[Blob]) -> "Tree":
        """The tree holding `blobs`."""
        return cls({blob.path: blob for blob in blobs})

    def after(self, files: Iterable[FileChange]) -> "Tree":
        """The tree that `files` make of this one."""
        blobs = dict(self.blobs)
        changes = tuple(files)
        touched = set()
        for change in changes:
            if change.base is not None and change.status.value not in ("copied",):
                blobs.pop(change.base.path, None)
                touched.add(change.base.path)
        blobs.update({c.head.path: c.head for c in changes if c.head is not None})
        touched |= {c.head.path for c in changes if c.head is not None}
        return Tree(blobs, origin=self, touched=frozenset(touched))

    @cached_property
    def folders(self) -> Groups[RepoPath]:
        """Each folder that directly holds files, with those files' paths."""
        return self._grouped(self.origin.folders if self.origin else None, folder_of)

    @cached_property
    def paths_by_oid(self) -> Groups[ObjectId]:
        """Each blob's object id with the paths it stands at."""
        if self.origin is None:
            return _groups((blob.oid, path) for path, blob in self.blobs.items())
        oids = {t.blobs[path].oid for path in self.touched for t in (self, self.origin) if path in t.blobs}
        known = self.origin.paths_by_oid
        kept = {(oid, path) for oid in oids for path in known.get(oid, ()) if path not in self.touched}
        added = {(self.blobs[path].oid, path) for path in self.touched if path in self.blobs}
        return _advanced(known, without=oids, adding=_groups(sorted(kept | added)))

    @cached_property
    def paths_by_basename(self) -> Groups[str]:
        """Each file name with the paths that end in it."""
        return self._grouped(self.origin.paths_by_basename if self.origin else None, _basename)

    def _grouped(self, known: Groups[K] | None, key: Callable[[RepoPath], K]) -> Groups[K]:
        if known is None:
            return _groups((key(path), path) for path in self.blobs)
        keys = {key(path) for path in self.touched}
        paths = {path for each in keys for path in known.get(each, ())} | self.touched
        present = ((key(path), path) for path in sorted(paths) if path in self.blobs)
        return _advanced(known, without=keys, adding=_groups(present))

    def __contains__(self, path: object) -> bool:
        return path in self.blobs


def _basename(path: RepoPath) -> str:
    return path.rpartition("/")[2]


def _groups(pairs: Iterable[tuple[K, RepoPath]]) -> Groups[K]:
    found: dict[K, list[RepoPath]] = {}
    for key, path in pairs:
        found.setdefault(key, []).append(path)
    return {key: tuple(paths) for key, paths in found.items()}


def _advanced(known: Groups[K], *, without: Iterable[K], adding: Groups[K]) -> Groups[K]:
    """The groups with some of them made anew; one that nothing is left of is gone."""
    found = dict(known)
    for key in without:
        found.pop(key, None)
    return found | dict(adding)
