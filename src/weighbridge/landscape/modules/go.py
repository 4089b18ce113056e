"""Which folder a Go import means: the path below a module's root, told by the folders that hold Go files."""

from functools import cached_property

from weighbridge.landscape.tree import Tree
from weighbridge.landscape.values import External, Package, Value


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
        a folder `http`.
        """
        parts = module.split("/")
        if "." not in parts[0] and module not in self._folders:
            return External(module)
        for start in range(len(parts)):
            folder = "/".join(parts[start:])
            if folder in self._folders and (start == 0 or len(parts) - start > 1 or start <= 3):
                return Package(folder, "go")
        return Package("", "go") if "" in self._folders and len(parts) <= 3 else External(module)
