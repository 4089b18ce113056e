"""The manifests that a change leaves alone, looked through for objects that are called like one of its own."""

from collections.abc import Iterator
from functools import cached_property
from posixpath import commonprefix
from typing import Final

from weighbridge.domain.change import Change
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.around import Surroundings
from weighbridge.landscape.infrastructure.kubernetes.objects import Object
from weighbridge.landscape.infrastructure.kubernetes.reading import ASIDE, ENDINGS, chunks_of, read_chunks

_MOST_BYTES: Final = 1_000_000
_MOST_FILES: Final = 120


class OtherFiles:
    """The files after the change that hold YAML and are as they were."""

    def __init__(self, change: Change, around: Surroundings) -> None:
        self._change = change
        self._around = around
        self._ranked: dict[str, list[RepoPath]] = {}
        self._known: dict[RepoPath, bytes] = {}

    def called_like(self, of: Object) -> Iterator[Object]:
        """What has the kind and name of an object: in files that are called like its own, then in the nearest."""
        mention = of.key[3].encode()
        for path in self._near(of.path):
            data = self._data(path)
            if mention in data:
                holding = (each for each in chunks_of(data) if mention in each.data)
                found = read_chunks(holding, path, side=Side.HEAD).objects
                yield from (each for each in found if each.key[1] == of.kind and each.key[3] == of.key[3])

    def _near(self, path: RepoPath) -> list[RepoPath]:
        folder, _, last = path.rpartition("/")
        alike = [each for each in self._paths if each.rpartition("/")[2] == last]
        found = dict.fromkeys(sorted(alike, key=lambda each: -len(commonprefix((each, path))))[:_MOST_FILES])
        if folder not in self._ranked:
            ranked = sorted(self._paths, key=lambda each: -len(commonprefix((each, path))))
            self._ranked[folder] = ranked[:_MOST_FILES]
        return [*found, *(each for each in self._ranked[folder] if each not in found)]

    @cached_property
    def _paths(self) -> list[RepoPath]:
        changed = {file.path for file in self._change.files}
        tree, _ = self._around()
        return [
            each
            for each in tree.blobs
            if each.lower().endswith(ENDINGS) and each not in changed and not ASIDE.search(each)
        ]

    def _data(self, path: RepoPath) -> bytes:
        if path not in self._known:
            tree, read = self._around()
            data = read(tree.blobs[path].oid, _MOST_BYTES)
            self._known[path] = data if isinstance(data, bytes) and b"kind" in data else b""
        return self._known[path]
