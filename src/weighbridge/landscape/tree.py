"""The files of one tree by path."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from msgspec import Struct, field

from weighbridge.domain.change import Blob, FileChange, FileStatus
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.facts.roles import CODE, CODE_ENDINGS, role_of, tells_imports

K = TypeVar("K")

Groups = Mapping[K, tuple[RepoPath, ...]]


class _Listed(Mapping[RepoPath, Blob]):
    """The blobs of a tree whose code is known; the whole is listed when somebody asks for more than code."""

    def __init__(
        self,
        code: Mapping[RepoPath, Blob],
        listing: Callable[[], Mapping[RepoPath, Blob]],
        *,
        manifests: Mapping[RepoPath, Blob] | None,
    ) -> None:
        self._code = code
        self._listing = listing
        self._manifests = manifests

    @cached_property
    def _all(self) -> Mapping[RepoPath, Blob]:
        return self._listing()

    def __getitem__(self, path: RepoPath) -> Blob:
        return self._those_like(path)[path]

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and path in self._those_like(RepoPath(path))

    def _those_like(self, path: RepoPath) -> Mapping[RepoPath, Blob]:
        """The files among which one is found, if it is there."""
        if path.lower().endswith(CODE_ENDINGS) and role_of(path) in CODE:
            return self._code
        return self._manifests if self._manifests is not None and tells_imports(path) else self._all

    def __iter__(self) -> Iterator[RepoPath]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


class _Asked(Mapping[RepoPath, Blob]):
    """The blobs of a tree of which few are asked for: each is found by itself until somebody asks for all."""

    def __init__(self, find: Callable[[RepoPath], Blob | None], listing: Callable[[], Mapping[RepoPath, Blob]]) -> None:
        self._find = find
        self._listing = listing
        self._found: dict[RepoPath, Blob | None] = {}
        self._listed: Mapping[RepoPath, Blob] | None = None

    @property
    def _all(self) -> Mapping[RepoPath, Blob]:
        if self._listed is None:
            self._listed = self._listing()
        return self._listed

    def __getitem__(self, path: RepoPath) -> Blob:
        if self._listed is not None:
            return self._listed[path]
        if path not in self._found:
            self._found[path] = self._find(path)
        found = self._found[path]
        if found is None:
            raise KeyError(path)
        return found

    def __iter__(self) -> Iterator[RepoPath]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


class _Changed(Mapping[RepoPath, Blob]):
    """The blobs of one tree with some gone and some added; those replaced keep their place in the order."""

    def __init__(self, before: Mapping[RepoPath, Blob], *, gone: set[RepoPath], added: Mapping[RepoPath, Blob]) -> None:
        self._before = before
        self._gone = gone
        self._added = added

    def __getitem__(self, path: RepoPath) -> Blob:
        if path in self._added:
            return self._added[path]
        if path in self._gone:
            raise KeyError(path)
        return self._before[path]

    def __contains__(self, path: object) -> bool:
        return path in self._added or (path in self._before and path not in self._gone)

    def __iter__(self) -> Iterator[RepoPath]:
        kept = [path for path in self._before if path not in self._gone]
        return iter(kept + [path for path in self._added if path not in self._before])

    def __len__(self) -> int:
        gone = sum(path in self._before for path in self._gone)
        return len(self._before) - gone + sum(path not in self._before for path in self._added)


class Tree(Struct, frozen=True, dict=True, eq=False):
    """Paths to blobs; unchangeable, so that what is derived from it is derived once.

    A tree that a change makes of another derives its groups from the other's: the change touches few of them.
    """

    blobs: Mapping[RepoPath, Blob] = field(default_factory=lambda: MappingProxyType({}))
    origin: "Tree | None" = None
    touched: frozenset[RepoPath] = frozenset()
    """The paths that this tree holds otherwise than its origin."""
    code: Mapping[RepoPath, Blob] | None = None
    """All its code files, in the tree's order, where they are known already."""
    known_manifests: Mapping[RepoPath, Blob] | None = None
    """The files that tell what imports go by, where they are known already."""

    @classmethod
    def of(cls, blobs: Iterable[Blob]) -> "Tree":
        """The tree holding `blobs`."""
        return cls({blob.path: blob for blob in blobs})

    @classmethod
    def with_code(
        cls,
        code: Mapping[RepoPath, Blob],
        listing: Callable[[], Mapping[RepoPath, Blob]],
        *,
        manifests: Mapping[RepoPath, Blob] | None = None,
    ) -> "Tree":
        """The tree whose code files are `code`, listed only when somebody asks for other files than these and `manifests`."""
        return cls(_Listed(code, listing, manifests=manifests), code=code, known_manifests=manifests)

    @classmethod
    def asked(cls, find: Callable[[RepoPath], Blob | None], listing: Callable[[], Mapping[RepoPath, Blob]]) -> "Tree":
        """The tree that is looked into a file at a time, and listed only when somebody asks for all its files."""
        return cls(_Asked(find, listing))

    def after(self, files: Iterable[FileChange]) -> "Tree":
        """The tree that `files` make of this one."""
        changes = tuple(files)
        gone = {c.base.path for c in changes if c.base is not None and c.status is not FileStatus.COPIED}
        added = {c.head.path: c.head for c in changes if c.head is not None}
        return Tree(
            _Changed(self.blobs, gone=gone - added.keys(), added=added),
            origin=self,
            touched=frozenset(gone | added.keys()),
        )

    @cached_property
    def code_folders(self) -> Groups[RepoPath]:
        """Each folder that directly holds code files, with their paths."""
        return self._grouped(self.origin.code_folders if self.origin else None, folder_of)

    @cached_property
    def code_paths(self) -> tuple[RepoPath, ...]:
        """The paths of all code files, in the tree's order."""
        if self.code is not None:
            return tuple(self.code)
        if self.origin is None:
            likely = (path for path in self.blobs if path.lower().endswith(CODE_ENDINGS))
            return tuple(path for path in likely if role_of(path) in CODE)
        kept = (path for path in self.origin.code_paths if path not in self.touched)
        added = (path for path in sorted(self.touched) if path in self.blobs and role_of(path) in CODE)
        return (*kept, *added)

    @cached_property
    def manifests(self) -> tuple[RepoPath, ...]:
        """The paths of all files that tell what imports of scripts go by."""
        if self.known_manifests is not None:
            return tuple(self.known_manifests)
        if self.origin is None:
            return tuple(path for path in self.blobs if tells_imports(path))
        kept = (path for path in self.origin.manifests if path not in self.touched)
        return (*kept, *(path for path in sorted(self.touched) if tells_imports(path) and path in self.blobs))

    @cached_property
    def code_by_oid(self) -> Groups[ObjectId]:
        """Each code file's object id with the paths it stands at."""
        if self.origin is None:
            if self.code is not None:
                return _groups((blob.oid, path) for path, blob in self.code.items())
            return _groups((self.blobs[path].oid, path) for path in self.code_paths)
        touched = [path for path in sorted(self.touched) if role_of(path) in CODE]
        oids = {t.blobs[path].oid for path in touched for t in (self, self.origin) if path in t.blobs}
        known = self.origin.code_by_oid
        kept = [(oid, path) for oid in sorted(oids) for path in known.get(oid, ()) if path not in self.touched]
        added = [(self.blobs[path].oid, path) for path in touched if path in self.blobs]
        return _advanced(known, without=oids, adding=_groups((*kept, *added)))

    @cached_property
    def code_by_name(self) -> Groups[str]:
        """Each code file's name with the paths that end in it."""
        return self._grouped(self.origin.code_by_name if self.origin else None, _basename)

    def _grouped(self, known: Groups[K] | None, key: Callable[[RepoPath], K]) -> Groups[K]:
        if known is None:
            return _groups((key(path), path) for path in self.code_paths)
        touched = {path for path in self.touched if role_of(path) in CODE}
        keys = {key(path) for path in touched}
        paths = {path for each in keys for path in known.get(each, ())} | touched
        present = ((key(path), path) for path in sorted(paths) if path in self.blobs)
        return _advanced(known, without=keys, adding=_groups(present))

    def __contains__(self, path: object) -> bool:
        return path in self.blobs


def _basename(path: RepoPath) -> str:
    return path.rpartition("/")[2]


def _groups(pairs: Iterable[tuple[K, RepoPath]]) -> Groups[K]:
    found: defaultdict[K, list[RepoPath]] = defaultdict(list)
    for key, path in pairs:
        found[key].append(path)
    return {key: tuple(paths) for key, paths in found.items()}


def _advanced(known: Groups[K], *, without: Iterable[K], adding: Groups[K]) -> Groups[K]:
    """The groups with some of them made anew; one that nothing is left of is gone."""
    found = dict(known)
    for key in without:
        found.pop(key, None)
    found.update(adding)
    return found
