"""Finds the manifest readers by their place, and which of them a path is for."""

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape import manifests
from weighbridge.landscape.manifests.claims import ManifestReader


@cache
def manifest_readers() -> tuple[ManifestReader, ...]:
    """Every `READER` of the modules in this folder, in order of their names."""
    names = sorted(module.name for module in pkgutil.iter_modules(manifests.__path__))
    modules = [importlib.import_module(f"{manifests.__name__}.{name}") for name in names]
    return tuple(module.READER for module in modules if hasattr(module, "READER"))


def manifests_among(paths: Iterable[RepoPath]) -> tuple[tuple[RepoPath, ManifestReader], ...]:
    """The paths that some reader understands, each with its reader, in the order of `paths`."""
    candidates = _Candidates()
    named = ((path, candidates[path.rpartition("/")[2]]) for path in paths)
    return tuple((path, reader) for path, readers in named for reader in readers if reader.accepts(path))


class _Candidates(dict[str, tuple[ManifestReader, ...]]):
    """The readers of each file name; a tree has many files of few names."""

    def __missing__(self, name: str) -> tuple[ManifestReader, ...]:
        ending = name[name.rfind(".") :] if "." in name else ""
        by_name = (reader for reader in manifest_readers() if name in reader.names)
        by_ending = (reader for reader in manifest_readers() if ending in reader.endings)
        self[name] = found = (*by_name, *by_ending)
        return found
