"""Files that take the place of others: what an import meant on the base is still there, and it means another file now.

Where Python finds several files for one module in a folder, it takes the package, then the compiled module, then the
source; a folder that is no package comes last. Which of `pay.ts` and `pay.js` an import of `./pay` takes depends on what loads it.
"""

import sys
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Change
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of
from weighbridge.facts.model import FileFacts, Import
from weighbridge.facts.roles import role_of
from weighbridge.landscape.file_names import SCRIPTS
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.modules.javascript import JavaScriptModules
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.values import External, Package, Symbol, Value

_COMPILED: Final = LatePattern(r"([A-Za-z_]\w*)(?:\.(?:cpython|pypy|abi|cp)[\w-]*)?\.(?:so|pyd)\Z")
_CACHED: Final = LatePattern(r"(?:^|/)__pycache__/([A-Za-z_]\w*)\.[\w-]+(?:\.opt-\d)?\.pyc\Z")
_STUB: Final = ".pyi"
_DECLARED: Final = (".d.ts", ".d.mts", ".d.cts")
_INSTALLED: Final = LatePattern(r"(?:^|.*/)node_modules/((?:@[^/]+/)?[^/]+)/")
_HARDLY_IMPORTED: Final = ("test", "idlelib", "lib2to3", "turtledemo", "this", "antigravity", "__hello__", "__phello__")
_MOST_IMPORTERS: Final = 200
"""Files that may import a new file which are looked into for what their imports meant."""


class Shadow(Struct, frozen=True, kw_only=True):
    """A new file and what it takes the place of; `by` is where an import says so, if one does."""

    path: RepoPath
    over: str
    stands: RepoPath | None = None
    """The file that is not taken any more."""
    is_loser: bool = False
    """Whether it is the new file that is not taken."""
    is_for_checkers: bool = False
    """Whether only tools that check types take it."""
    by: RepoPath | None = None
    line: int = 0


def added_paths(change: Change) -> frozenset[RepoPath]:
    """The paths that head has and the base has not."""
    bases = {file.base.path for file in change.files if file.base is not None}
    return frozenset(file.head.path for file in change.files if file.head is not None and file.head.path not in bases)


# Beside another


def beside(change: Change, tree: Tree) -> Iterator[Shadow]:
    """New files of Python beside older ones that are found under the same name of a module."""
    added = added_paths(change)
    for path in sorted(added):
        ranked = _ranked(path)
        if ranked is None:
            continue
        stem, rank = ranked
        others = ((other, at) for at, other in _places(stem) if other != path and other in tree and other not in added)
        for other, at in others:
            if path.endswith(_STUB) != other.endswith(_STUB):
                if path.endswith(_STUB):
                    yield Shadow(path=path, over=str(other), stands=other, is_for_checkers=True)
                    break
                continue
            yield Shadow(path=path, over=str(other), stands=other, is_loser=at < rank)
            break


def _places(stem: str) -> Iterator[tuple[int, RepoPath]]:
    """Where a module may lie, in the order in which Python looks; what is compiled has many names, and is taken by its own."""
    for rank, ending in enumerate(("/__init__.py", ".so", ".py")):
        yield rank, RepoPath(stem + ending)
    for ending in ("/__init__.pyi", ".pyi"):
        yield len(ending), RepoPath(stem + ending)


def _ranked(path: RepoPath) -> tuple[str, int] | None:
    """The place of the module that a file is, and where it stands in the order; None for one that no import finds."""
    folder, _, name = path.rpartition("/")
    if cached := _CACHED.search(path):
        outer = folder_of(RepoPath(folder))
        return f"{outer}/{cached[1]}" if outer else cached[1], 1
    if compiled := _COMPILED.match(name):
        return f"{folder}/{compiled[1]}" if folder else compiled[1], 1
    for ending, rank in (("/__init__.py", 0), ("/__init__.pyi", 0), (".py", 2), (_STUB, 2)):
        if path.endswith(ending) and (stem := path[: -len(ending)]).rpartition("/")[2].isidentifier():
            return stem, rank
    return None


def over_outside(change: Change, tree: Tree) -> Iterator[Shadow]:
    """New files of the root named as a module of Python's own, and new packages among the installed ones."""
    told: set[str] = set()
    for path in sorted(added_paths(change)):
        ranked = _ranked(path)
        stem = ranked[0] if ranked and not path.endswith(_STUB) else ""
        if _is_in_use(stem) and "__init__.py" not in tree:
            yield Shadow(path=path, over=f"Python's own `{stem}`")
        installed = _INSTALLED.match(path)
        if installed and installed[0] not in told:
            told.add(installed[0])
            yield Shadow(path=path, over=f"the installed package `{installed[1]}`")


def _is_in_use(name: str) -> bool:
    """Whether a name is that of a module of Python's own that programs import, and that a file can take the place of."""
    return name in sys.stdlib_module_names and name not in (*sys.builtin_module_names, *_HARDLY_IMPORTED)


# Imports


def imported_instead(change: Change, landscapes: Landscapes) -> Iterator[Shadow]:
    """New files that imports which stood before lead to now, instead of to what they meant on the base."""
    added = added_paths(change)
    for path in sorted(added):
        role = role_of(path)
        if role == "python" and not path.endswith(_STUB):
            yield from _of_python(path, landscapes, added=added)
        elif role in SCRIPTS and not path.endswith(_DECLARED):
            yield from _of_scripts(path, landscapes.head, added=added)


def _of_python(path: RepoPath, landscapes: Landscapes, *, added: frozenset[RepoPath]) -> Iterator[Shadow]:
    base, head = landscapes.base, landscapes.head
    ranked = _ranked(path)
    told = {f"Python's own `{ranked[0]}`"} if ranked else set()  # at the root, its name alone tells that
    for importer, imported in _imports_kept(path, landscapes, added=added):
        before = base.evaluator.modules.loaded(imported, importer, facts=base.landscape.facts(importer))
        after = head.evaluator.modules.loaded(imported, importer, facts=head.landscape.facts(importer))
        if after != Symbol(path, 0) or before == after or imported.module.startswith("."):
            continue
        over = _outside_or_folder(before, landscapes, importer=importer, path=path)
        if over and over not in told:
            told.add(over)
            yield Shadow(path=path, over=over, by=importer, line=imported.line)


def _outside_or_folder(before: Value, landscapes: Landscapes, *, importer: RepoPath, path: RepoPath) -> str:
    """What was meant, in words; empty where nothing was, or where it is told by the names alone."""
    if isinstance(before, Package):
        is_same = folder_of(path) == before.name  # `__init__.py` makes the folder a package, and takes nothing away
        return "" if is_same else f"the folder {before.name}"
    if not isinstance(before, External):
        return ""
    top = before.name.partition(".")[0]
    if top in sys.builtin_module_names or not _is_outside(landscapes.base, top, importer=importer):
        return ""
    return f"Python's own `{top}`" if top in sys.stdlib_module_names else f"`{top}`, which came from outside"


def _is_outside(view: View, top: str, *, importer: RepoPath) -> bool:
    found = view.evaluator.modules.loaded(Import(0, top, "", top, 0), importer, facts=view.landscape.facts(importer))
    return isinstance(found, External)


def _imports_kept(
    path: RepoPath, landscapes: Landscapes, *, added: Iterable[RepoPath]
) -> Iterator[tuple[RepoPath, Import]]:
    """The imports that stood on the base already, in the files that may import what is new."""
    base, head = landscapes.base.landscape, landscapes.head.landscape
    importers = sorted(each for each in landscapes.head.importers.of(path) if each not in added)[:_MOST_IMPORTERS]
    base.load(importers)
    head.load(importers)
    for importer in importers:
        stood = {(each.module, each.name) for each in _imports_of(base.facts(importer))}
        for imported in _imports_of(head.facts(importer)):
            if (imported.module, imported.name) in stood and not imported.is_type_only:
                yield importer, imported


def _imports_of(facts: FileFacts | None) -> Iterable[Import]:
    return facts.imports if facts else ()


def _of_scripts(path: RepoPath, head: View, *, added: frozenset[RepoPath]) -> Iterator[Shadow]:
    """Relative imports that may mean the new file or an older one."""
    modules = JavaScriptModules(head.landscape.tree, head.landscape.read, cut=head.evaluator.work.cut)
    if not any(each not in added for each in _rivals(path, head.landscape.tree)):
        return
    for importer in sorted(head.importers.of(path))[:_MOST_IMPORTERS]:
        for imported in _imports_of(head.landscape.facts(importer)):
            found = list(modules.candidates(imported.module, importer)) if not imported.is_type_only else []
            others = (each for each in found if each not in added and not each.endswith(_DECLARED))
            other = next(others, None) if path in found else None
            if other is not None:
                yield Shadow(path=path, over=str(other), stands=other, by=importer, line=imported.line)
                return


def _rivals(path: RepoPath, tree: Tree) -> Iterator[RepoPath]:
    """Files of the tree whose name without its ending, or whose folder, is that of this one."""
    stem = path.rpartition(".")[0]
    stem = stem.removesuffix("/index")
    for inner in (stem, f"{stem}/index"):
        for ending in (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts"):
            other = RepoPath(inner + ending)
            if other != path and other in tree:
                yield other
