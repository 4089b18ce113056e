"""Which folder a Go import means: the path below the root of a module, as its `go.mod` names it.

Where no `go.mod` is at hand, the folders that hold Go files tell: an import path ends with the path of its folder.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.paths import folder_of, is_below
from weighbridge.landscape.landscape import ReadBlob
from weighbridge.landscape.manifests.claims import ManifestError
from weighbridge.landscape.manifests.golang import declared_module
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.values import External, Package, Value

_MANIFEST: Final = "go.mod"
_LONGEST_MANIFEST: Final = 1_000_000
_MAJOR_VERSION: Final = re.compile(r"v[1-9]\d*")
"""The part of an import path that says which version of a module is meant; most modules keep no folder for it."""


_MODULE: Final = LatePattern(r"[A-Za-z0-9_][\w.~/-]{0,500}(?<!/)", re.ASCII)
"""What may be a module's path: what Go would refuse says nothing of where its packages lie."""


class GoModules:
    """Finds packages of one tree."""

    def __init__(self, tree: Tree, read: ReadBlob) -> None:
        self._tree = tree
        self._read = read
        self._known: dict[tuple[str, RepoPath], Value] = {}

    @cached_property
    def _folders(self) -> frozenset[str]:
        found = (f for f, paths in self._tree.code_folders.items() if any(p.endswith(".go") for p in paths))
        return frozenset(found)

    def find(self, module: str, path: RepoPath) -> Value:
        """The package `module` as `path` imports it, as the `go.mod` files of this tree say.

        Where they say nothing, the folder whose path is the longest ending of the import path. A domain with a path
        (`example.org/shop/orders`) is needed before an ending counts, so that `net/http` never means a folder `http`. A
        part that names a major version is passed over where no folder is found with it.
        """
        key = (module, folder_of(path))
        if key not in self._known:
            self._known[key] = self._find(module, path)
        return self._known[key]

    def _find(self, module: str, path: RepoPath) -> Value:
        if (known := self._declared(module, path)) is not None:
            return known
        folders = self._untold if self._is_of_module(module, path) else self._folders
        parts = module.split("/")
        if "." not in parts[0] and module not in folders:
            return External(module)
        found = _ending(parts, folders)
        plain = [part for part in parts if not _MAJOR_VERSION.fullmatch(part)]
        return found or _ending(plain, folders) or External(module)

    @cached_property
    def _untold(self) -> frozenset[str]:
        """The folders of which no `go.mod` tells the import path: the nearest one names no module."""
        names = dict(self._manifests)
        if all(names.values()):
            return frozenset()
        return frozenset(folder for folder in self._folders if not names.get(self._root_of(folder), ""))

    def _root_of(self, folder: str) -> str:
        """The folder of the nearest `go.mod`; that of the tree where there is none."""
        return max((r for r, _ in self._manifests if r == folder or is_below(RepoPath(folder), r)), key=len, default="")

    @cached_property
    def _manifests(self) -> tuple[tuple[str, str], ...]:
        """Each `go.mod` of this tree: its folder, and the path of the module; empty where it could not be told."""
        if not self._folders:
            return ()
        paths = (path for path in self._tree.blobs if path == _MANIFEST or path.endswith("/" + _MANIFEST))
        return tuple((folder_of(path), self._module_of(path)) for path in paths)

    def _module_of(self, path: RepoPath) -> str:
        data = self._read(self._tree.blobs[path].oid, _LONGEST_MANIFEST)
        try:
            name = "" if isinstance(data, CouldNotLook) else declared_module(data)[0]
        except ManifestError:
            return ""
        return name if _MODULE.fullmatch(name) else ""

    def _is_of_module(self, module: str, path: RepoPath) -> bool:
        """Whether a module that is named begins an import path, or the importing file is of one: others are told by name."""
        named = [(root, name) for root, name in self._manifests if name]
        return any(f"{module}/".startswith(f"{name}/") or is_below(path, root) for root, name in named)

    def _declared(self, module: str, path: RepoPath) -> Package | None:
        """The folder that the `go.mod` files say an import path means; None where they name none that is there.

        A folder that is there comes before one that is not. Of several, that of a module which the importing file is of is
        meant, then that of the longest module path, then the one nearest to the root.
        """
        begins = [(root, name) for root, name in self._manifests if name and f"{module}/".startswith(f"{name}/")]
        there = [
            (not is_below(path, root), -len(name), len(root), folder)
            for root, name in begins
            if (folder := "/".join(part for part in (root, module[len(name) + 1 :]) if part)) in self._folders
        ]
        return Package(min(there)[-1], "go") if there else None


def _ending(parts: Sequence[str], folders: frozenset[str]) -> Package | None:
    """The folder that the longest ending of an import path means."""
    for start in range(len(parts)):
        folder = "/".join(parts[start:])
        if folder in folders and (start == 0 or len(parts) - start > 1 or start <= 3):
            return Package(folder, "go")
    return Package("", "go") if "" in folders and len(parts) <= 3 else None
