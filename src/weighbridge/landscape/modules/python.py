"""Which file a Python import means, as far as a tree tells: source roots are not declared, so they are found.

A module `a.b.c` is a file `a/b/c.py` or `a/b/c/__init__.py` below some root, or, as a namespace, a folder `a/b/c` that holds
Python files at any depth. A root is a folder that is not itself inside a package; among several, the one nearest above the
importing file wins, then the shallowest. A namespace's root must be above the importing file, or a `src` or `lib` beside
what is: folders are called as other people's packages are far too often.
"""

import sys
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.facts.model import Argument, Call, Import, Text
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.values import External, Package, Symbol, Value

LOADER: Final = "importlib.import_module"
"""What loads a module by its name."""

_SOURCE_FOLDERS: Final = ("src", "lib", "python")


class PythonModules:
    """Finds modules of one tree; what it found it remembers."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._found: dict[tuple[str, RepoPath], Value | None] = {}
        self._roots: dict[str, frozenset[RepoPath]] = {}

    def find(self, module: str, importer: RepoPath) -> Value:
        """The module `module` (as written, leading dots included) seen from `importer`."""
        if module.startswith("."):
            return self._relative(module, importer) or External(module.lstrip("."))
        key = (module, folder_of(importer))
        if key not in self._found:
            self._found[key] = self._absolute(module, importer)
        return self._found[key] or External(module)

    def submodule(self, package: RepoPath, name: str) -> Value | None:
        """The module `name` directly inside the package whose `__init__.py` (or folder) is given."""
        folder = folder_of(package) if package.endswith((".py", ".pyi")) else package
        if package.endswith((".py", ".pyi")) and not package.rpartition("/")[2].startswith("__init__."):
            return None
        return self._at(f"{folder}/{name}" if folder else name)

    def target(self, imported: Import, importer: RepoPath) -> Value:
        """What the module part of an import means; `import a.b` without an alias binds `a`."""
        module = imported.module
        if not imported.name and imported.alias == module.partition(".")[0]:
            module = imported.alias
        return self.find(module, importer)

    @staticmethod
    def named(call: Call) -> str:
        """The module that a call of `LOADER` names, with dots before it as seen from the calling file; empty where it is not told."""
        match call.arguments:
            case (Argument(value=Text(value=name, parts=())), Argument(value=Text(value=package, parts=()))):
                return package + name if name.startswith(".") else name
            case (Argument(value=Text(value=name, parts=())), *_):
                return name
            case _:
                return ""

    def _relative(self, module: str, importer: RepoPath) -> Value | None:
        rest = module.lstrip(".")
        folder = folder_of(importer)
        for _ in range(len(module) - len(rest) - 1):
            if not folder:
                return None
            folder = folder_of(folder)
        parts = [p for p in (folder, rest.replace(".", "/")) if p]
        return self._at("/".join(parts))

    def _absolute(self, module: str, importer: RepoPath) -> Value | None:
        inside = module.replace(".", "/")
        if inside not in self._roots:
            self._roots[inside] = frozenset(self._find_roots(inside))
        roots = self._roots[inside]
        own = folder_of(importer)
        usable = [root for root in roots if root == own or not self._is_package(root)]
        if inside.partition("/")[0] in sys.stdlib_module_names:
            # `import logging` beside a package's own logging.py is Python's: a package's folder is no root.
            usable = [root for root in usable if _is_above(root, own) and not self._is_package(root)]
        if not usable:
            return self._namespace(inside, own)
        best = min(
            usable, key=lambda root: (not _is_above(root, own), -len(root) if _is_above(root, own) else len(root))
        )
        return self._at(f"{best}/{inside}" if best else inside)

    def _find_roots(self, inside: str) -> Iterator[RepoPath]:
        """The folders below which there is a module of this path."""
        last = inside.rpartition("/")[2]
        for basename, ending in ((last + ".py", ".py"), (last + ".pyi", ".pyi")):
            for path in self._tree.code_by_name.get(basename, ()):
                yield from self._root(path, inside + ending)
        for path in self._inits_by_folder().get(last, ()):
            yield from self._root(path, inside + "/__init__.py")

    def _namespace(self, inside: str, own: RepoPath) -> Package | None:
        """The folder of this path below the nearest root that can be this importer's."""
        if inside.partition("/")[0] in sys.stdlib_module_names:
            return None
        above = own
        while True:
            for root in (above, *(f"{above}/{name}" if above else name for name in _SOURCE_FOLDERS)):
                folder = f"{root}/{inside}" if root else inside
                if self._holds_python(folder) and not self._is_package(RepoPath(root)):
                    return Package(folder, "python")
            if not above:
                return None
            above = folder_of(above)

    def _inits_by_folder(self) -> dict[str, list[RepoPath]]:
        if not hasattr(self, "_inits"):
            self._inits: dict[str, list[RepoPath]] = {}
            for path in self._tree.code_by_name.get("__init__.py", ()):
                self._inits.setdefault(folder_of(path).rpartition("/")[2], []).append(path)
        return self._inits

    def _root(self, path: RepoPath, ending: str) -> set[RepoPath]:
        if path == ending:
            return {RepoPath("")}
        return {RepoPath(path[: -len(ending) - 1])} if path.endswith("/" + ending) else set()

    def _is_package(self, folder: RepoPath) -> bool:
        return f"{folder}/__init__.py" in self._tree if folder else False

    def _at(self, stem: str) -> Value | None:
        # a package comes before the module beside it, as Python looks for them
        candidates = [f"{stem}/__init__.py", f"{stem}.py", f"{stem}/__init__.pyi", f"{stem}.pyi"]
        if not stem:
            candidates = ["__init__.py"]
        for path in candidates:
            if path in self._tree:
                return Symbol(RepoPath(path), 0)
        return Package(stem, "python") if self._holds_python(stem) else None

    def _holds_python(self, folder: str) -> bool:
        """Whether Python files stand in a folder or in one below it."""
        return folder in self._with_python

    @cached_property
    def _with_python(self) -> frozenset[str]:
        found: set[str] = set()
        for folder, paths in self._tree.code_folders.items():
            inner = folder if any(path.endswith((".py", ".pyi")) for path in paths) else RepoPath("")
            while inner and inner not in found:
                found.add(inner)
                inner = folder_of(inner)
        return frozenset((*found, ""))


def _is_above(root: RepoPath, folder: RepoPath) -> bool:
    return not root or folder == root or folder.startswith(root + "/")
