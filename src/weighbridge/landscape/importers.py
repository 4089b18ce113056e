"""Which files may import a file, told by the index alone: a superset, found without reading any of them."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of, those_below
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.modules.find import Modules
from weighbridge.landscape.modules.python import LOADER
from weighbridge.landscape.terms import import_keys, without_ending
from weighbridge.landscape.work import Work

_PYTHON: Final = (".py", ".pyi", ".pyw")
_SOURCES: Final = ("src", "lib")
_ON_SUSPICION: Final = 3
"""Hops for which a file that could hand a name on is taken to; beyond, its facts must say that it does."""
_FURTHEST: Final = 50
"""Files that hand a name on to each other, before the rest is cut off and told: nobody writes a tenth of it."""
_MOST_ASKED: Final = 400
"""Files whose facts are asked whether they hand one name on."""
_ANY: Final = "*"


def module_stem(path: RepoPath) -> str:
    """The module name a file goes by: its folder for `__init__`, `index` and Go's files."""
    folder, _, name = path.rpartition("/")
    stem = _stem(name)
    return folder.rpartition("/")[2] if stands_for_folder(path) else stem


def stands_for_folder(path: RepoPath) -> bool:
    """Whether importing the folder means this file: `__init__`, `index`, and any file of a Go package."""
    return path.endswith(".go") or _stem(path.rpartition("/")[2]) in ("__init__", "index")


def _stem(name: str) -> str:
    stem = without_ending(name)
    return stem if stem != name else name.rpartition(".")[0]


class Importers:
    """Answers for one landscape; answers are remembered."""

    def __init__(self, landscape: Landscape, work: Work, *, modules: Modules) -> None:
        self._landscape = landscape
        self._modules = modules
        self._work = work
        self._found: dict[RepoPath, frozenset[RepoPath]] = {}
        self._packages: dict[str, frozenset[RepoPath]] = {}
        """Of Java's packages, by how their folders end, the files that are in them or may name their classes."""

    def of(self, path: RepoPath) -> frozenset[RepoPath]:
        """The files that may import the one at `path`, or see its names for being of the same package."""
        if path not in self._found:
            self._found[path] = frozenset(self._search(path)) - {path}
        return self._found[path]

    def naming(self, path: RepoPath) -> frozenset[RepoPath]:
        """Those of them whose imports may name the file: of a Java file, the class it is called by, or all of its package."""
        if not path.endswith(".java"):
            return self.of(path)
        folder = folder_of(path)
        named = self._with(f"{folder.rpartition('/')[2]}/{module_stem(path)}")
        wholly = frozenset(self._landscape.files_with("m:" + _ANY)).intersection(self._with(_last_two(folder)))
        return (wholly | frozenset(named)) - {path}

    def loading(self) -> frozenset[RepoPath]:
        """The files of Python that may load modules by their names in texts."""
        return frozenset(self._landscape.files_with("m:" + LOADER.rpartition(".")[2]))

    def using(self, path: RepoPath, names: Iterable[str]) -> frozenset[RepoPath]:
        """The files that may use some of the names that a file of Java defines without importing them."""
        mentioning = {each for name in names for each in self._landscape.files_with("m:" + name)} - {path}
        return frozenset(mentioning and self.of(path) & mentioning)

    def through(self, path: RepoPath, name: str) -> frozenset[RepoPath]:
        """The files that may import `name` of the file at `path`, or of one that hands it on, through however many.

        Where so many hand it on that nobody wrote them, the rest is cut off and told.
        """
        found = set(self.of(path))
        mentioning = frozenset(self._landscape.files_with("m:" + name))
        defining = frozenset(self._landscape.files_with("d:" + name))
        starring = {p for tag in ("m:", "d:") for p in self._landscape.files_with(tag + _ANY)}
        asked, new = {path}, set(found)
        for hop in range(_FURTHEST):
            likely = {
                p for p in new & (mentioning | defining) if stands_for_folder(p) or p in defining
            } | new & starring
            likely = likely if hop < _ON_SUSPICION else set()
            handing_on = (likely | self._handing_on(new & (mentioning | starring) - likely, name)) - asked
            asked |= handing_on
            new = {importer for each in handing_on for importer in self.of(each)} - found
            found |= new
            if not new:
                break
        else:
            self._work.cut(path, f"`{name}` is handed on through more than {_FURTHEST} files")
        return frozenset(found) | frozenset(self._landscape.files_with("m:" + self._spoken(path)))

    def _handing_on(self, paths: set[RepoPath], name: str) -> set[RepoPath]:
        """Those of the files that import the name, or all names, at their top level, from where others can import it."""
        some = sorted(paths)[:_MOST_ASKED]
        self._landscape.load(some)
        return {path for path in some if self._hands_on(path, name)}

    def _hands_on(self, path: RepoPath, name: str) -> bool:
        facts = self._landscape.facts(path)
        return facts is not None and (
            any((i.scope == 0 and name in (i.alias or i.name, i.name)) or i.name == _ANY for i in facts.imports)
            or any(e.name in (name, _ANY) for e in facts.exports)
        )

    def _spoken(self, path: RepoPath) -> str:
        """What code calls the module when it reaches through it: `mod` in `pkg.mod.name`."""
        stem = module_stem(path)
        facts = None if stem else self._landscape.facts(path)
        return facts.package if facts else stem

    def _search(self, path: RepoPath) -> Iterator[RepoPath]:
        folder = folder_of(path)
        home = folder_of(folder) if stands_for_folder(path) else folder
        stem, above = module_stem(path), home.rpartition("/")[2]
        yield from self._by_path(home, stem)
        if stands_for_folder(path):
            yield from self._below(folder, ".")
        if stem and not (path.endswith(_PYTHON) and self._is_package(home)):
            yield from self._with(stem)
        if stem in _SOURCES and above and not path.endswith(_PYTHON):
            yield from self._with(above)  # a workspace's package is imported by its name
        if (entered := self._modules.entered_by(path)) is not None:
            yield from self._by_path(folder_of(entered), entered.rpartition("/")[2])
            yield from self._below(entered, ".")
        for module in self._modules.naming(path):
            yield from self._with(next(import_keys(module), ""))
        if path.endswith(".java"):
            yield from self._of_package(folder)
        if path.endswith(".go"):
            yield from self._landscape.tree.code_folders.get(folder, ())

    def _by_path(self, home: RepoPath, name: str) -> Iterator[RepoPath]:
        """The files that may import what is called so in a folder, by its path."""
        above = home.rpartition("/")[2]
        yield from self._with(f"{above}/{name}") if above and name else ()
        yield from self._below(home, "." + name) if name else ()

    def _with(self, key: str) -> tuple[RepoPath, ...]:
        return self._landscape.files_with("i:" + key)

    def _below(self, folder: RepoPath, key: str) -> Sequence[RepoPath]:
        """A relative import leads to a folder from there or from below."""
        return those_below(self._with(key), folder)

    def _is_package(self, folder: RepoPath) -> bool:
        return bool(folder) and f"{folder}/__init__.py" in self._landscape.tree

    def _of_package(self, folder: RepoPath) -> frozenset[RepoPath]:
        """Java: the importers of the whole package, and its files, which lie in folders that end alike."""
        ending = _last_two(folder)
        if ending not in self._packages:
            beside = (self._landscape.tree.code_folders[each] for each in self._folders_by_ending.get(ending, ()))
            self._packages[ending] = self._spelling(ending).union(self._with(ending), *beside)
        return self._packages[ending]

    def _spelling(self, ending: str) -> frozenset[RepoPath]:
        """The files whose code mentions each of these parts of a package, as who names its classes by it does."""
        mentioning = [frozenset(self._landscape.files_with("m:" + part)) for part in ending.split("/") if part]
        return frozenset.intersection(*mentioning) if mentioning else frozenset()

    @cached_property
    def _folders_by_ending(self) -> dict[str, list[RepoPath]]:
        found: dict[str, list[RepoPath]] = {}
        for folder in self._landscape.tree.code_folders:
            found.setdefault(_last_two(folder), []).append(folder)
        return found


def _last_two(folder: RepoPath) -> str:
    return "/".join(folder.split("/")[-2:])
