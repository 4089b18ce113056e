"""The manifests that a change leaves alone and that stand near one that it touches: by their folders, or by what lists both."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from weighbridge.domain.change import Change
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.around import Surroundings
from weighbridge.landscape.infrastructure.kubernetes.objects import Object
from weighbridge.landscape.infrastructure.kubernetes.reading import ENDINGS, KIND, read_manifest
from weighbridge.landscape.infrastructure.kubernetes.standing import Group
from weighbridge.landscape.infrastructure.kubernetes.together import Together

_MOST_BYTES: Final = 1_000_000
_MOST_FILES: Final = 120
_MOST_BYTES_NEAR: Final = 8_000_000
"""Of all files near one together: they are looked through for each object that is gone."""
_NOTHING: Final = Group(())


class Nearby:
    """Asked for what stands near a file, and holds a text."""

    def __init__(self, change: Change, around: Surroundings) -> None:
        self._around = around
        self._changed = {file.path for file in change.files}
        self._groups: dict[str, Group] = {}
        self._files: dict[str, tuple[_File, ...]] = {}
        self._known: dict[RepoPath, _File | None] = {}

    def holding(self, mention: str, *, near: RepoPath) -> Group:
        """The objects of the files in or below the folder beside a file, and of those that are applied with it, that hold a text."""
        key = f"{self._asked(near)}\0{mention}"
        if key not in self._groups:
            named = mention.encode()
            holding = [each for each in self._near(near) if named in each.data]
            self._groups[key] = Group(each for file in holding for each in file.objects) if holding else _NOTHING
        return self._groups[key]

    def _asked(self, path: RepoPath) -> str:
        """What tells a file from others that have the same neighbours: its folder, where no file of Kustomize is in the tree."""
        return path if self._together.is_any else path.rpartition("/")[0]

    def _near(self, path: RepoPath) -> "tuple[_File, ...]":
        folder, asked = path.rpartition("/")[0], self._asked(path)
        if folder not in self._files:
            self._files[folder] = tuple(self._read(self._in_folders(folder)))
        if asked not in self._files:
            known = {each.path for each in self._files[folder]}
            beside = (each for each in self._together.beside(path) if each not in known)
            self._files[asked] = (*self._files[folder], *self._read(beside))
        return self._files[asked]

    def _in_folders(self, folder: str) -> list[RepoPath]:
        above = folder.rpartition("/")[0] or folder
        begins = f"{above}/" if above else ""
        tree, _ = self._around()
        paths = [path for path in tree.blobs if path.startswith(begins) and path.lower().endswith(ENDINGS)]
        return sorted(paths, key=lambda path: (not path.startswith(f"{folder}/"), path))

    def _read(self, paths: Iterable[RepoPath]) -> "Iterator[_File]":
        left = _MOST_BYTES_NEAR
        for path in [path for path in paths if path not in self._changed][:_MOST_FILES]:
            file = self._file(path, most=min(left, _MOST_BYTES))
            if file is not None:
                left -= len(file.data)
                yield file

    def _file(self, path: RepoPath, *, most: int) -> "_File | None":
        """A file that holds objects; None where it holds none, or is too large."""
        if path not in self._known:
            tree, read = self._around()
            data = read(tree.blobs[path].oid, most)
            self._known[path] = _File(path, data) if isinstance(data, bytes) and KIND.search(data) else None
        return self._known[path]

    @cached_property
    def _together(self) -> Together:
        return Together(self._around())


class _File:
    """A file that the change leaves alone; its objects are read when it says a name that is looked for."""

    def __init__(self, path: RepoPath, data: bytes) -> None:
        self.path = path
        self.data = data

    @cached_property
    def objects(self) -> tuple[Object, ...]:
        """What it declares."""
        return read_manifest(self.data, self.path, side=Side.HEAD).objects
