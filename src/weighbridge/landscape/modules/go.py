"""Which folder a Go import means: the path below a module's root, told by the folders that hold Go files."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from weighbridge.landscape.tree import Tree
from weighbridge.landscape.values import External, Package, Value

_MAJOR_VERSION: Final = re.compile(r"v[1-9]\d*")
"""The part of an import path that says which version of a module is meant; most modules keep no folder for it."""


class GoModules:
    """Finds packages of one tree."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    @cached_property
    def _folders(self) -> frozenset[str]:
        found = (f for f, paths in self._tree.code_folders.items() if any(p.endswith(".go") for p in paths))
        return frozenset(found)

    def find(self, module: str) -> Value:
        """The package `module`: the folder whose path is the longest ending of the import path.

        A domain with a path (`example.org/shop/orders`) is needed before an ending counts, so that `net/http` never means
        a folder `http`. A part that names a major version is passed over where no folder is found with it.
        """
        parts = module.split("/")
        if "." not in parts[0] and module not in self._folders:
            return External(module)
        found = self._ending(parts)
        plain = [part for part in parts if not _MAJOR_VERSION.fullmatch(part)]
        return found or self._ending(plain) or External(module)

    def _ending(self, parts: Sequence[str]) -> Package | None:
        for start in range(len(parts)):
            folder = "/".join(parts[start:])
            if folder in self._folders and (start == 0 or len(parts) - start > 1 or start <= 3):
                return Package(folder, "go")
        return Package("", "go") if "" in self._folders and len(parts) <= 3 else None
