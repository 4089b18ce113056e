"""What `package.json` and `tsconfig.json` say of the names that imports go by: `paths`, `imports`, the names of packages."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.paths import folder_of
from weighbridge.landscape.landscape import ReadBlob
from weighbridge.landscape.manifests.claims import ManifestError
from weighbridge.landscape.manifests.texts import commented_json_object, json_object, resolve, string, strings, table
from weighbridge.landscape.terms import without_ending
from weighbridge.landscape.tree import Tree

_PACKAGE: Final = "package.json"
_CONFIGURATIONS: Final = ("tsconfig.json", "jsconfig.json")
_SHARED: Final = "tsconfig.base.json"
_MOST_FILES: Final = 400
"""Manifests of one kind that are read, those near the root first; beyond, only customs tell."""
_MOST_NAMES: Final = 2_000
"""Names that one manifest gives which are looked at."""
_LONGEST: Final = 4_000_000
"""Bytes of a manifest that are read; of a longer one it is told that what its names lead to is not known."""
_DEEPEST: Final = 5
"""Configurations that build on one another."""
_ENTRIES: Final = ("source", "main", "module", "types")
_ANY: Final = "*"


Cut = Callable[[RepoPath, str], None]
"""Takes note that something in a file was not followed to its end, and why."""


class Alias(Struct, frozen=True):
    """A name, perhaps with one star, and the place it leads to, from the root of the tree and without an ending."""

    name: str
    place: str

    def meant(self, module: str) -> str | None:
        """The place that a module means by this name; None where it is another's."""
        return _filled(self.name, module, other=self.place)

    def naming(self, place: str) -> str | None:
        """The name of a module that lies at a place; None where it leads elsewhere."""
        return _filled(self.place, place, other=self.name)


class ScriptNames:
    """Answers for one tree."""

    def __init__(self, tree: Tree, read: ReadBlob, *, cut: Cut) -> None:
        self._tree = tree
        self._read = read
        self._cut = cut
        self._configured: dict[RepoPath, tuple[Alias, ...]] = {}
        self._told: dict[RepoPath, _Package] = {}

    def configured(self, module: str, folder: RepoPath) -> Iterator[str]:
        """The places that a module means in a folder by `paths`, or by the `imports` of its package; the likeliest first."""
        names = _PACKAGE_ONLY if module.startswith("#") else _CONFIGURATIONS
        path = self._nearest(names, folder)
        if path is None:
            return
        aliases = self._imports(path) if module.startswith("#") else self._paths(path)
        fitting = [(alias.name, place) for alias in aliases if (place := alias.meant(module)) is not None]
        yield from (place for _, place in sorted(fitting, key=lambda each: _vagueness(each[0])))

    def packaged(self, module: str) -> Iterator[str]:
        """The places that a module means by the name of one of this tree's packages; the likeliest first."""
        parts = module.split("/")
        length = 2 if module.startswith("@") else 1
        for root, told in self._packages.get("/".join(parts[:length]), ()):
            yield from (place for alias in told if (place := alias.meant(module)) is not None)
            rest = parts[length:]
            yield from ("/".join(filter(None, (root, *rest))) for root in (_below(root, "src"), root))

    def entered(self, folder: RepoPath) -> Iterator[str]:
        """The places by which an import of a folder enters it, as its `package.json` says; the likeliest first."""
        manifest = RepoPath(_below(folder, _PACKAGE))
        for written in self._package(manifest).entered if manifest in self._places else ():
            place = resolve(folder, written)
            yield from () if place is None else (place,)

    def entered_by(self, path: RepoPath) -> RepoPath | None:
        """The folder that an import of it enters by the file at `path`."""
        manifest = self._nearest(_PACKAGE_ONLY, folder_of(path))
        if manifest is None:
            return None
        folder, stem = folder_of(manifest), without_ending(path)
        is_entry = any(stem in (without_ending(place), _below(place, "index")) for place in self.entered(folder))
        return folder if is_entry else None

    def naming(self, path: RepoPath) -> Iterator[str]:
        """What manifests let imports call the file at `path`, apart from names that end as its own does."""
        stem = without_ending(path)
        places = [stem, folder_of(path)] if stem.rpartition("/")[2] == "index" else [stem]
        package = self._nearest(_PACKAGE_ONLY, folder_of(path))
        plain, patterns = self._all_paths
        yield from (name for place in places for name in plain.get(place, ()))
        known = (*patterns, *(self._imports(package) if package else ()))
        yield from (name for alias in known for place in places if (name := alias.naming(place)) is not None)
        if package is not None:
            told, root = self._package(package).name, folder_of(package)
            is_entry = any(_below(root, inner) in places for inner in ("", "src"))
            yield from (told,) if told and is_entry else ()
            yield from (name for alias in self._entries(package) if (name := alias.naming(stem)) is not None)

    @cached_property
    def packages(self) -> Sequence[RepoPath]:
        """The manifests of this tree's packages, those near the root first."""
        return self._found[_PACKAGE]

    @cached_property
    def _packages(self) -> dict[str, list[tuple[str, Sequence[Alias]]]]:
        """The folders of the packages of a name, with what their manifests say of what is inside."""
        found: dict[str, list[tuple[str, Sequence[Alias]]]] = {}
        for path in self.packages[:_MOST_FILES]:
            if name := self._package(path).name:
                found.setdefault(name, []).append((folder_of(path), self._entries(path)))
        return found

    @cached_property
    def _all_paths(self) -> tuple[dict[str, set[str]], Sequence[Alias]]:
        """The names that any configuration gives: those without a star by their places, and the others."""
        paths = (path for name in (*_CONFIGURATIONS, _SHARED) for path in self._found[name][:_MOST_FILES])
        known = dict.fromkeys(alias for path in paths for alias in self._paths(path))
        plain: dict[str, set[str]] = {}
        for alias in known:
            if _ANY not in alias.place:
                plain.setdefault(alias.place, set()).add(alias.name)
        return plain, [alias for alias in known if _ANY in alias.place][:_MOST_NAMES]

    @cached_property
    def _found(self) -> dict[str, list[RepoPath]]:
        """The manifests of the tree by their names, those near the root first."""
        found: dict[str, list[RepoPath]] = {name: [] for name in (_PACKAGE, *_CONFIGURATIONS, _SHARED)}
        for path in self._tree.manifests:
            if (name := path.rpartition("/")[2]) in found:
                found[name].append(path)
        return {name: sorted(paths, key=lambda p: (p.count("/"), p)) for name, paths in found.items()}

    def _nearest(self, names: Sequence[str], folder: RepoPath) -> RepoPath | None:
        """The manifest of one of these names that is nearest above; no other counts."""
        while True:
            for name in names:
                path = RepoPath(_below(folder, name))
                if path in self._places:
                    return path
            if not folder:
                return None
            folder = folder_of(folder)

    @cached_property
    def _places(self) -> frozenset[RepoPath]:
        return frozenset(path for paths in self._found.values() for path in paths)

    def _bytes(self, path: RepoPath) -> bytes:
        data = self._read(self._tree.blobs[path].oid, _LONGEST)
        if isinstance(data, CouldNotLook):
            self._cut(path, f"what imports go by cannot be read there ({data.detail})")
            return b""
        return data

    def _package(self, path: RepoPath) -> "_Package":
        if path not in self._told:
            self._told[path] = _package_of(self._bytes(path))
        return self._told[path]

    def _entries(self, path: RepoPath) -> Sequence[Alias]:
        """What a package says that it, and what is inside it, is entered by."""
        return (*_placed(self._package(path).names, folder_of(path)),)

    def _imports(self, path: RepoPath) -> Sequence[Alias]:
        return (*_placed(self._package(path).imports, folder_of(path)),)

    def _paths(self, path: RepoPath, *, deep: int = 0) -> tuple[Alias, ...]:
        """The `paths` of a configuration, of the first it extends that has some, or else of all that it refers to."""
        if path not in self._configured:
            self._configured[path] = ()  # what builds on itself has nothing of it
            told, folder = _configuration_of(self._bytes(path)), folder_of(path)
            below = resolve(folder, told.base)
            found = (*_placed(told.paths, folder if below is None else below),)
            for others in (told.extended, told.referred) if not found and deep < _DEEPEST else ():
                inner = (place for other in reversed(others) if (place := self._at(folder, other)) is not None)
                found = found or tuple(alias for place in inner for alias in self._paths(place, deep=deep + 1))
            self._configured[path] = found[:_MOST_NAMES]
        return self._configured[path]

    def _at(self, folder: RepoPath, written: str) -> RepoPath | None:
        """The configuration that another names as seen from its folder."""
        place = resolve(folder, written) if written.startswith(".") else None
        tried = (place, f"{place}.json", _below(place, _CONFIGURATIONS[0])) if place is not None else ()
        return next((RepoPath(each) for each in tried if each.endswith(".json") and each in self._tree.blobs), None)


_PACKAGE_ONLY: Final = (_PACKAGE,)


class _Package(Struct, frozen=True):
    """What a `package.json` says: names and the places they mean, as written."""

    name: str = ""
    names: tuple[tuple[str, str], ...] = ()
    imports: tuple[tuple[str, str], ...] = ()
    entered: tuple[str, ...] = ()
    """The files by which an import of the package's folder enters it."""


class _Configuration(Struct, frozen=True):
    """What a `tsconfig.json` says: names and the places they mean, as written, and which others it builds on."""

    base: str = "."
    paths: tuple[tuple[str, str], ...] = ()
    extended: tuple[str, ...] = ()
    referred: tuple[str, ...] = ()


@lru_cache(1 << 10)
def _package_of(data: bytes) -> _Package:
    try:
        package, _ = json_object(data)
    except ManifestError:
        return _Package()
    name = string(package.get("name"))
    exports = package.get("exports")
    inside = exports if isinstance(exports, dict) and any(key.startswith(".") for key in exports) else {".": exports}
    entered = tuple(written for key in _ENTRIES if (written := string(package.get(key))))
    subpaths = [(name + key.removeprefix("."), place) for key, place in _flat(inside)]
    own = table(package, "imports")
    names = (*subpaths, *((name, written) for written in entered)) if name else ()
    return _Package(name, names, tuple(_flat(own)), entered)


@lru_cache(1 << 10)
def _configuration_of(data: bytes) -> _Configuration:
    try:
        value = commented_json_object(data)
    except ManifestError:
        return _Configuration()
    options = table(value, "compilerOptions")
    references = value.get("references")
    referred = [string(table(each).get("path")) for each in references] if isinstance(references, list) else []
    base = string(options.get("baseUrl"))
    paths = (*_flat(table(options, "paths")), *([(_ANY, "./*")] if base else []))
    return _Configuration(base or ".", paths, strings(value.get("extends")), tuple(referred[:_MOST_NAMES]))


def _flat(names: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Each name with each of the places it may mean: the only one, the first of several, or one for each condition."""
    for name, value in [*names.items()][:_MOST_NAMES]:
        waiting = [value]
        for each in waiting:
            match each:
                case str():
                    yield name, each
                case list() | dict() if len(waiting) < _MOST_NAMES:
                    waiting += each.values() if isinstance(each, dict) else each


def _placed(names: Iterable[tuple[str, str]], folder: RepoPath) -> Iterator[Alias]:
    for name, written in names:
        place = resolve(folder, written)
        if place is not None and name.count(_ANY) == place.count(_ANY) <= 1:
            yield Alias(name, without_ending(place))


def _filled(pattern: str, text: str, *, other: str) -> str | None:
    """`other` with that in the place of its star which stands for the pattern's star in a text; None where it does not fit."""
    before, star, behind = pattern.partition(_ANY)
    if not star:
        return other if text == pattern else None
    is_fit = len(text) >= len(before) + len(behind) and text.startswith(before) and text.endswith(behind)
    return other.replace(_ANY, text[len(before) : len(text) - len(behind)]) if is_fit else None


def _vagueness(name: str) -> tuple[bool, int]:
    """Of names that fit, one without a star is meant, or the one that says most before it."""
    before, star, _ = name.partition(_ANY)
    return bool(star), -len(before)


def _below(folder: str, inner: str) -> str:
    return "/".join(filter(None, (folder, inner)))
