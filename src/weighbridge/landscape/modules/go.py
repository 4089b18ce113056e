"""Which folder a Go import means: the path below the root of a module, as its `go.mod` names it.

Where no `go.mod` is at hand, the folders that hold Go files tell: an import path ends with the path of its folder.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.paths import folder_of
from weighbridge.landscape.landscape import ReadBlob
from weighbridge.landscape.manifests.golang import declared_module
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.values import External, Package, Value

_MANIFEST: Final = "go.mod"
_LONGEST_MANIFEST: Final = 1_000_000
_MAJOR_VERSION: Final = re.compile(r"v[1-9]\d*")
"""The part of an import path that says which version of a module is meant; most modules keep no folder for it."""


class GoModules:
    """Finds packages of one tree."""

    def __init__(self, tree: Tree, read: ReadBlob) -> None:
        self._tree = tree
        self._read = read

    @cached_property
    def _folders(self) -> frozenset[str]:
        found = (f for f, paths in self._tree.code_folders.items() if any(p.endswith(".go") for p in paths))
        return frozenset(found)

    def find(self, module: str, path: RepoPath) -> Value:
        """The package `module` as `path` imports it: a folder of the module whose path is the longest that begins it.

        Where no module of this tree begins it, and the importing file is of none, the folder whose path is the longest
        ending of the import path. A domain with a path (`example.org/shop/orders`) is needed
        before an ending counts, so that `net/http` never means a folder `http`. A part that names a major version is
        passed over where no folder is found with it.
        """
        if (known := self._declared(module, path)) is not None:
            return known
        parts = module.split("/")
        if "." not in parts[0] and module not in self._folders:
            return External(module)
        found = self._ending(parts)
        plain = [part for part in parts if not _MAJOR_VERSION.fullmatch(part)]
        return found or self._ending(plain) or External(module)

    @cached_property
    def _roots(self) -> Mapping[str, str]:
        """The path of each module that a `go.mod` of this tree declares, with its folder."""
        if not self._folders:
            return {}
        found: dict[str, str] = {}
        for path, blob in self._tree.blobs.items():
            if path == _MANIFEST or path.endswith("/" + _MANIFEST):
                data = self._read(blob.oid, _LONGEST_MANIFEST)
                name = "" if isinstance(data, CouldNotLook) else declared_module(data)[0]
                if name:
                    found.setdefault(name, folder_of(path))
        return found

    def _declared(self, module: str, path: RepoPath) -> Value | None:
        """What a `go.mod` says of an import path; None where none says anything."""
        name = module
        while name and name not in self._roots:
            name = name.rpartition("/")[0]
        if name:
            folder = "/".join(part for part in (self._roots[name], module[len(name) + 1 :]) if part)
            return Package(folder, "go") if folder in self._folders else External(module)
        is_of_module = any(not root or path.startswith(root + "/") for root in self._roots.values())
        return External(module) if is_of_module else None

    def _ending(self, parts: Sequence[str]) -> Package | None:
        for start in range(len(parts)):
            folder = "/".join(parts[start:])
            if folder in self._folders and (start == 0 or len(parts) - start > 1 or start <= 3):
                return Package(folder, "go")
        return Package("", "go") if "" in self._folders and len(parts) <= 3 else None
