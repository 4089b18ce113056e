"""Which file a JavaScript or TypeScript import means: by its path, by what manifests say of its name, or by custom."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.landscape.landscape import ReadBlob
from weighbridge.landscape.modules.javascript_names import Cut, ScriptNames
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.values import External, Symbol, Value

_ENDINGS: Final = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".d.ts")
"""Where a declaration stands beside what it declares, that is meant: it is what runs."""
_WRITTEN: Final = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts")


class JavaScriptModules:
    """Finds modules of one tree."""

    def __init__(self, tree: Tree, read: ReadBlob, *, cut: Cut) -> None:
        self._tree = tree
        self._names = ScriptNames(tree, read, cut=cut)
        self._found: dict[tuple[str, RepoPath], Value] = {}

    def find(self, module: str, importer: RepoPath) -> Value:
        """The module `module` seen from `importer`; a bare name is looked for among the tree's own packages."""
        folder = folder_of(importer)
        key = (module, folder)
        if key not in self._found:
            self._found[key] = self._find(module, folder)
        return self._found[key]

    def _find(self, module: str, folder: RepoPath) -> Value:
        if module.startswith("."):
            stem = _joined(folder, module)
            path = self._beside(RepoPath(stem)) if stem is not None else None
        else:
            told = (self._at(place) for place in self._names.configured(module, folder))
            path = next(filter(None, told), None) or self._alias(module, folder)
        return Symbol(path, 0) if path else External(module)

    def _beside(self, stem: RepoPath) -> RepoPath | None:
        """The file that a path means; a folder is entered by what its manifest says, else by its index."""
        found = self._at(stem)
        if found is not None and folder_of(found) != stem:
            return found
        return next(filter(None, map(self._at, self._names.entered(stem))), found)

    def entered_by(self, path: RepoPath) -> RepoPath | None:
        """The folder that an import of it enters by the file at `path`, where its manifest says so."""
        return self._names.entered_by(path) if path.endswith(_ENDINGS) else None

    def naming(self, path: RepoPath) -> Iterator[str]:
        """What imports may call a file by what manifests say, apart from names that end as its own does."""
        return self._names.naming(path) if path.endswith(_ENDINGS) else iter(())

    def candidates(self, module: str, importer: RepoPath) -> Iterator[RepoPath]:
        """Every file of the tree that a relative import may mean: which of several is taken depends on what loads it."""
        stem = _joined(folder_of(importer), module) if module.startswith(".") else None
        if stem is not None:
            yield from self._all_at(stem)

    def _at(self, stem: str) -> RepoPath | None:
        return next(self._all_at(stem), None)

    def _all_at(self, stem: str) -> Iterator[RepoPath]:
        candidates = [stem] if stem.endswith(_ENDINGS) else []
        written = next((e for e in _WRITTEN if stem.endswith(e)), "")
        if written:
            candidates += [stem[: -len(written)] + ending for ending in _ENDINGS]
        candidates += [stem + ending for ending in _ENDINGS]
        inside = f"{stem}/index" if stem else "index"
        candidates += [inside + ending for ending in _ENDINGS]
        return (RepoPath(c) for c in dict.fromkeys(candidates) if c in self._tree)

    def _alias(self, module: str, folder: RepoPath) -> RepoPath | None:
        """`@/x` and `~/x` by custom mean `x` below the nearest folder that has it, or its `src`; so do bare paths."""
        name = module.removeprefix("@/").removeprefix("~/")
        if name == module and "/" not in module:
            return self._package(module)
        above = folder
        while True:
            for root in (above, f"{above}/src" if above else "src"):
                if found := self._at(f"{root}/{name}" if root else name):
                    return found
            if not above:
                return self._package(module)
            above = folder_of(above)

    def _package(self, module: str) -> RepoPath | None:
        """A workspace package by its name, else by that of its folder: `@scope/name` and `name` live in `…/name/src/index`."""
        if told := next(filter(None, map(self._at, self._names.packaged(module))), None):
            return told
        parts = module.split("/")
        name = parts[1] if module.startswith("@") and len(parts) > 1 else parts[0]
        rest = "/".join(parts[2:] if module.startswith("@") else parts[1:])
        for manifest in self._names.packages:
            root = folder_of(manifest)
            if root.rpartition("/")[2] != name:
                continue
            for stem in [f"{root}/src/{rest}", f"{root}/{rest}"] if rest else [f"{root}/src", root]:
                if found := self._at(stem):
                    return found
        return None


def _joined(folder: RepoPath, module: str) -> str | None:
    parts = folder.split("/") if folder else []
    for part in module.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in (".", ""):
            parts.append(part)
    return "/".join(parts)
