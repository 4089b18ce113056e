"""Which files of a tree a file imports."""

from collections.abc import Collection, Iterator

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place
from weighbridge.landscape.landscapes import View
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
    """The files of this tree that a file imports, each at its first line; `only_loading`, those it needs to be loaded.

    Imports of the (module, name) pairs `besides` are passed over.
    """
    facts = view.landscape.facts(path)
    seen: set[RepoPath] = set()
    for imported in facts.imports if facts else ():
        if (imported.module, imported.name) in besides:
            continue
        if only_loading and (imported.scope != 0 or imported.is_type_only):
            continue
        module = view.evaluator.modules.loaded(imported, path, facts=facts)
        values: list[Value] = [module]
        if imported.name and isinstance(module, Symbol | Package):
            values = [v for v in view.evaluator.member(module, imported.name) if _is_module(v, module)] or values
        for target in sorted({t for value in values for t in _paths(view, value)} - seen - {path}):
            seen.add(target)
            written = f"{imported.module}.{imported.name}" if imported.name else imported.module
            yield Use(source=path, target=target, line=imported.line, written=written)


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
