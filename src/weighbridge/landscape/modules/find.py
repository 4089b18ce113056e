"""Modules of any language: what an import means, what a package holds, which methods belong to a type."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of, those_below
from weighbridge.facts.model import Call, Export, Expr, FileFacts, Import, Name
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.modules.go import GoModules
from weighbridge.landscape.modules.java import JavaPackages, is_called
from weighbridge.landscape.modules.javascript import JavaScriptModules
from weighbridge.landscape.modules.javascript_names import Cut
from weighbridge.landscape.modules.python import LOADER, PythonModules
from weighbridge.landscape.values import NOTHING, External, Package, Symbol, Value, Values


class Modules:
    """Answers for one landscape."""

    def __init__(self, landscape: Landscape, *, cut: Cut) -> None:
        self._landscape = landscape
        self._python = PythonModules(landscape.tree)
        self._javascript = JavaScriptModules(landscape.tree, landscape.read, cut=cut)
        self._go = GoModules(landscape.tree, landscape.read)
        self._java_packages = JavaPackages(landscape.tree)
        self._attached: dict[RepoPath, Mapping[tuple[str, str], Sequence[int]]] = {}
        self._members: dict[tuple[Package, str], Values] = {}

    def target(self, imported: Import, path: RepoPath, *, facts: FileFacts | None) -> Value:
        """What the module part of an import means, seen from `path`."""
        match facts.language if facts else "":
            case "python":
                return self._python.target(imported, path)
            case "go":
                return self._go.find(imported.module, path)
            case "java":
                return self._java(imported)
            case _:
                return self._javascript.find(imported.module, path)

    def loaded(self, imported: Import, path: RepoPath, *, facts: FileFacts | None) -> Value:
        """The module that an import loads, which for Python's `import a.b` is not the `a` that it binds."""
        if facts is not None and facts.language == "python":
            return self._python.find(imported.module, path)
        return self.target(imported, path, facts=facts)

    def naming(self, path: RepoPath) -> Iterator[str]:
        """What imports may call a file by what manifests say, apart from names that end as its own does."""
        return self._javascript.naming(path)

    def entered_by(self, path: RepoPath) -> RepoPath | None:
        """The folder that an import of it enters by the script at `path`, where its manifest says so."""
        return self._javascript.entered_by(path)

    def given_by(self, callee: External, call: Call, *, path: RepoPath) -> Values:
        """What a call of something outside gives: a module where it loads one by its name, else what is not known."""
        name = self._python.named(call) if callee.name == LOADER else ""
        return Values({self._python.find(name, path) if name else External(f"{callee.name}()")})

    def passed_on(self, export: Export, path: RepoPath, *, facts: FileFacts | None) -> tuple[Value, str]:
        """The module that a re-export hands on from, and the member's name there; an empty name is the module itself."""
        hop = Import(0, export.module, "", "", export.line)
        inner = export.value.id if isinstance(export.value, Name) else export.name
        return self.target(hop, path, facts=facts), inner

    def submodule(self, path: RepoPath, name: str) -> Value | None:
        """The module `name` inside the package whose top level `path` is."""
        return self._python.submodule(path, name) if path.endswith((".py", ".pyi")) else None

    def package_of(self, path: RepoPath, facts: FileFacts) -> Package | None:
        """The package whose other files' names this file sees without importing them."""
        match facts.language:
            case "go":
                return Package(folder_of(path), "go")
            case "java":
                return Package(facts.package, "java")
            case _:
                return None

    def or_package(self, found: Values, of: Expr, *, name: str) -> Values:
        """What `of.name` was found to stand for, or the package of Java that it spells where that is nothing known."""
        if not found:
            return found
        package = self._java_packages.spelled(of, name)
        is_meant = package is not None and all(isinstance(v, External) and is_called(v, package) for v in found)
        return Values({package}) if package is not None and is_meant else found

    def package_member(self, package: Package, name: str) -> Values:
        """What a package holds under a name; remembered, for every file of a tree may import it."""
        key = (package, name)
        if key not in self._members:
            self._members[key] = self._find_member(package, name)
        return self._members[key]

    def _find_member(self, package: Package, name: str) -> Values:
        if package.language == "python":
            module = self._python.submodule(RepoPath(package.name), name)
            return Values({module}) if module else NOTHING
        defining = self._landscape.files_with("d:" + name)
        likely = [path for path in defining if _may_belong(path, package)]
        found = self._members_in(likely, package, name=name)
        if found or package.language == "go":
            return Values(found)
        return Values(self._members_in([path for path in defining if path not in likely], package, name=name))

    def _members_in(self, paths: Iterable[RepoPath], package: Package, *, name: str) -> set[Value]:
        """What those of some files that are of a package define under a name at their top level."""
        members: set[Value] = set()
        for path in paths:
            facts = self._landscape.facts(path)
            if facts is None or not self._belongs(path, facts, package=package):
                continue
            for index, definition in enumerate(facts.definitions):
                if index and definition.name == name and definition.parent == 0 and not definition.receiver:
                    members.add(Symbol(path, index))
        return members

    def attached_methods(self, owner: Symbol, name: str) -> Values:
        """Methods that stand outside their type: Go's, found by receiver in the type's folder."""
        if not owner.path.endswith(".go"):
            return NOTHING
        facts = self._landscape.facts(owner.path)
        type_name = facts.definitions[owner.index].name if facts else ""
        found: set[Value] = set()
        for path in self._beside(owner.path, self._landscape.files_with("d:" + name)):
            found.update(Symbol(path, index) for index in self._attached_in(path).get((type_name, name), ()))
        return Values(found)

    def _attached_in(self, path: RepoPath) -> Mapping[tuple[str, str], Sequence[int]]:
        """The methods of one file that say what they are of, by that and their name."""
        if path not in self._attached:
            here: dict[tuple[str, str], list[int]] = {}
            facts = self._landscape.facts(path)
            for index, definition in enumerate(facts.definitions if facts else ()):
                if definition.receiver:
                    here.setdefault((definition.receiver, definition.name), []).append(index)
            self._attached[path] = here
        return self._attached[path]

    @staticmethod
    def _beside(path: RepoPath, found: Sequence[RepoPath]) -> Iterator[RepoPath]:
        """Those of `found`, which are sorted, that lie in the same folder as `path`."""
        folder = folder_of(path)
        return (each for each in those_below(found, folder) if folder_of(each) == folder)

    def _belongs(self, path: RepoPath, facts: FileFacts, *, package: Package) -> bool:
        if package.language == "go":
            return facts.language == "go" and folder_of(path) == package.name
        return facts.language == package.language and facts.package == package.name

    def _java(self, imported: Import) -> Value:
        """`import a.b.C` names a class of a package, `import a.b.*` the package; `import static a.b.C.m`, or `.*`, of a class."""
        package = Package(imported.module, "java")
        outer, _, owner = imported.module.rpartition(".")
        if imported.name == "*":
            return next(iter(self.package_member(Package(outer, "java"), owner)), package)
        if imported.name and not self.package_member(package, imported.name):
            return next(iter(self.package_member(Package(outer, "java"), owner)), External(imported.module))
        return package


def _may_belong(path: RepoPath, package: Package) -> bool:
    """Whether a file lies where those of a package do: Go's all in its folder, Java's by custom in one that is called so."""
    folder = folder_of(path)
    return (
        folder == package.name
        if package.language == "go"
        else f"/{folder}".endswith("/" + package.name.replace(".", "/"))
    )
