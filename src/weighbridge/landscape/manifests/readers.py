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
    by_name: dict[str, list[ManifestReader]] = {}
    by_ending: dict[str, list[ManifestReader]] = {}
    for reader in manifest_readers():
        for name in reader.names:
            by_name.setdefault(name, []).append(reader)
        for ending in reader.endings:
            by_ending.setdefault(ending, []).append(reader)
    found: list[tuple[RepoPath, ManifestReader]] = []
    for path in paths:
        name = path.rpartition("/")[2]
        ending = name[name.rfind(".") :] if "." in name else ""
        if candidates := (*by_name.get(name, ()), *by_ending.get(ending, ())):
            found += [(path, reader) for reader in candidates if reader.accepts(path)]
    return tuple(found)
