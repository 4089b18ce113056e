"""What Flux and Argo CD apply of a tree: their objects that no other one applies, and what each of those reaches."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.around import Around
from weighbridge.landscape.infrastructure.kubernetes.applier import ARGO, FLUX, Applier, appliers_of, is_applier
from weighbridge.landscape.infrastructure.kubernetes.kustomize.build import FILES, Build
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part
from weighbridge.landscape.infrastructure.kubernetes.reading import ENDINGS, chunks_of, read_chunks

_DEFINITION: Final = b"CustomResourceDefinition"
"""Definitions are long, and none of them applies anything: what holds the word is not parsed."""
_MOST_FILES: Final = 6_000
_MOST_BYTES: Final = 1_000_000
_MOST_FOLDERS: Final = 400
_DEEPEST: Final = 8

Key = tuple[str, str, str]
"""The kind, the namespace and the name."""


class Entry(Struct, frozen=True, kw_only=True):
    """One object that is applied, where it is declared, and by whom it is applied."""

    key: Key
    path: RepoPath
    by: Applier
    above: Applier | None = None
    """What applies that one, where another does."""


class Root(Struct, frozen=True, kw_only=True):
    """An applier that no other one applies, and all that it reaches."""

    entries: Mapping[Key, Sequence[Entry]]
    appliers: Mapping[tuple[str, str], Applier]
    """Each by its kind and name."""
    files: frozenset[RepoPath]
    is_own: bool
    """Whether it applies itself too, as Flux's bootstrap has it: it certainly is in use."""


class _Folder(Struct, frozen=True, kw_only=True):
    """What a folder declares, as Kustomize makes it, and the files that were read for that."""

    objects: Sequence[Object] = ()
    files: frozenset[RepoPath] = frozenset()


class Appliers:
    """The appliers of one tree."""

    def __init__(self, around: Around, side: Side) -> None:
        self._tree, self._read = around
        self._side = side
        self._built: dict[str, _Folder] = {}

    @cached_property
    def roots(self) -> Mapping[str, Root]:
        """Each root, by the folder that it applies."""
        declared = [each for of in self._declared for each in appliers_of(of, folders=self._folders)]
        held = {inner.id for each in declared for inner in self._within(each) if inner.id != each.id}
        return {each.path: self._reached(each) for each in reversed(declared) if each.id not in held}

    @property
    def is_any(self) -> bool:
        """Whether the tree has one."""
        return bool(self._declared)

    @cached_property
    def _declared(self) -> list[Object]:
        found: list[Object] = []
        for path in [path for path in self._tree.blobs if path.lower().endswith(ENDINGS)][:_MOST_FILES]:
            data = self._data(path) or b""
            if FLUX.encode() in data or ARGO.encode() in data:
                chunks = [each for each in chunks_of(data) if b"path" in each.data and _DEFINITION not in each.data]
                found += filter(is_applier, read_chunks(chunks, path, side=self._side).objects)
        return found

    @cached_property
    def _folders(self) -> frozenset[str]:
        found = {"."}
        for path in self._tree.blobs:
            above = path.rpartition("/")[0]
            while above and above not in found:
                found.add(above)
                above = above.rpartition("/")[0]
        return frozenset(found)

    def _within(self, by: Applier) -> Iterator[Applier]:
        for of in self._folder(by.path).objects:
            yield from appliers_of(of, folders=self._folders, by=by)

    def _reached(self, root: Applier) -> Root:
        entries: dict[Key, list[Entry]] = {}
        appliers: dict[tuple[str, str], Applier] = {}
        files: set[RepoPath] = set()
        seen: set[tuple[str, str]] = set()
        waiting: list[tuple[Applier, Applier | None, int]] = [(root, None, 0)]
        while waiting:
            by, above, depth = waiting.pop()
            if by.id in seen or depth > _DEEPEST:
                continue
            seen.add(by.id)
            folder, inner = self._folder(by.path), list(self._within(by))
            files |= folder.files
            by = next((each for each in inner if each.id == by.id), by)  # as the folder itself patches it
            appliers.setdefault(by.key, by)
            for of in folder.objects:
                key = (of.kind, by.namespace or of.namespace, of.key[3])
                entries.setdefault(key, []).append(Entry(key=key, path=of.path, by=by, above=above))
            waiting += [(each, by, depth + 1) for each in inner]
        return Root(entries=entries, appliers=appliers, files=frozenset(files), is_own=root.declared in files)

    def _folder(self, path: str) -> _Folder:
        """What lies in a folder; nothing where too many were asked for."""
        if path not in self._built:
            self._built[path] = self._made(path) if len(self._built) < _MOST_FOLDERS else _Folder()
        return self._built[path]

    def _made(self, folder: str) -> _Folder:
        """As Flux has it: a folder without a file of Kustomize is taken as listing its files, and the folders below alike."""
        read: set[RepoPath] = set()
        objects: list[Object] = []
        waiting = [folder]
        while waiting and len(read) < _MOST_FILES:
            here = waiting.pop()
            begins = "" if here == "." else f"{here}/"
            listing = next((path for name in FILES if (path := RepoPath(f"{begins}{name}")) in self._tree), None)
            if listing is not None:
                made = Build(listing, read=self._reading(read), side=self._side).made
                objects += [_as_made(each.of, each.values) for each in made]
                continue
            waiting += self._below.get(here, ())
            for path in self._files_in.get(here, ()):
                read.add(path)
                chunks = [each for each in chunks_of(self._data(path) or b"") if _DEFINITION not in each.data]
                objects += read_chunks(chunks, path, side=self._side).objects
        return _Folder(objects=objects, files=frozenset(read))

    @cached_property
    def _below(self) -> Mapping[str, list[str]]:
        """The folders in each folder."""
        found: dict[str, list[str]] = {}
        for each in sorted(self._folders - {"."}):
            found.setdefault(each.rpartition("/")[0] or ".", []).append(each)
        return found

    @cached_property
    def _files_in(self) -> Mapping[str, list[RepoPath]]:
        """The files that may hold manifests in each folder."""
        found: dict[str, list[RepoPath]] = {}
        for path in self._tree.blobs:
            if path.lower().endswith(ENDINGS):
                found.setdefault(path.rpartition("/")[0] or ".", []).append(path)
        return found

    def _reading(self, read: set[RepoPath]) -> Callable[[RepoPath], bytes | None]:
        def reader(path: RepoPath) -> bytes | None:
            data = self._data(path)
            read.update([path] if data is not None else [])
            return data

        return reader

    def _data(self, path: RepoPath) -> bytes | None:
        blob = self._tree.blobs.get(path)
        data = self._read(blob.oid, _MOST_BYTES) if blob is not None else None
        return data if isinstance(data, bytes) else None


def _as_made(of: Object, values: Mapping[str, object]) -> Object:
    """An object as it is after what was done to it."""
    space, name = part(values, "metadata", "namespace"), part(values, "metadata", "name")
    return replace(of, values=values, key=(*of.key[:2], str(space or ""), str(name or of.key[3])))
