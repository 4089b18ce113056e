"""Which files of a tree a file imports, and which of them a change adds."""

from collections.abc import Collection, Iterator

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.places import Place
from weighbridge.facts.model import Import
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.values import Package, Symbol, Value


class Use(Struct, frozen=True, kw_only=True):
    """One file's import of another: by which line, and as what it was written."""

    source: RepoPath
    target: RepoPath
    line: int
    written: str

    @property
    def place(self) -> Place:
        """Where the import stands."""
        return Place(path=self.source, line=self.line, end_line=self.line)


def uses_of(
    view: View, path: RepoPath, *, only_loading: bool = False, besides: Collection[tuple[str, str]] = ()
) -> Iterator[Use]:
    """The files of this tree that a file imports, each at its first line.

    With `only_loading` those it needs to be loaded; a package it lies in is on the way already. Imports of the (module,
    name) pairs `besides` are passed over.
    """
    facts = view.landscape.facts(path)
    seen: set[RepoPath] = set()
    for imported in facts.imports if facts else ():
        if (imported.module, imported.name) in besides:
            continue
        if only_loading and not _is_loading(imported):
            continue
        module = view.evaluator.modules.loaded(imported, path, facts=facts)
        values: list[Value] = [module]
        if imported.name and isinstance(module, Symbol | Package):
            values = [v for v in view.evaluator.member(module, imported.name) if _is_module(v, module)] or values
        for target in sorted({t for value in values for t in _paths(view, value)} - seen - {path}):
            seen.add(target)
            if only_loading and _is_around(target, path):
                continue
            written = f"{imported.module}.{imported.name}" if imported.name else imported.module
            yield Use(source=path, target=target, line=imported.line, written=written)


def added_uses(landscapes: Landscapes, path: RepoPath, *, file: FileCode, only_loading: bool = False) -> Iterator[Use]:
    """The uses that a changed file has in head and had not on the base; `only_loading` as for `uses_of`.

    What is written alike in the same place means the same, and is not looked up again.
    """
    old = file.change.base.path if file.change.base else None
    stood = file.base.imports if file.base and old == path else ()
    written = {(i.module, i.name) for i in stood if not only_loading or _is_loading(i)}
    added = tuple(uses_of(landscapes.head, path, only_loading=only_loading, besides=written))
    before = uses_of(landscapes.base, old, only_loading=only_loading) if added and old else ()
    known = {use.target for use in before}
    return (use for use in added if use.target not in known)


def _is_loading(imported: Import) -> bool:
    return imported.scope == 0 and not imported.is_type_only


def _is_around(target: RepoPath, path: RepoPath) -> bool:
    """Whether a file is the package that another lies in."""
    return target.rpartition("/")[2] == "__init__.py" and f"{path}/".startswith(f"{folder_of(target)}/")


def _is_module(value: Value, owner: Value) -> bool:
    """Whether what is imported is a file of its own: a module, and in Java a class."""
    is_java = isinstance(owner, Package) and owner.language == "java"
    return isinstance(value, Symbol) and (value.index == 0 or is_java)


def _paths(view: View, value: Value) -> Iterator[RepoPath]:
    if isinstance(value, Symbol):
        yield value.path
    elif isinstance(value, Package) and value.language != "python":
        yield from (
            p for p in view.landscape.tree.code_folders.get(RepoPath(value.name), ()) if p.endswith((".go", ".java"))
        )
