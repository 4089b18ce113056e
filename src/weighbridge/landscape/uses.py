"""Which files of a tree a file imports."""

from collections.abc import Iterator
from dataclasses import dataclass

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.values import Package, Symbol, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One file's import of another: by which line, and as what it was written."""

    source: RepoPath
    target: RepoPath
    line: int
    written: str


def uses_of(view: View, path: RepoPath) -> Iterator[Use]:
    """The files of this tree that a file imports, each at its first line."""
    facts = view.landscape.facts(path)
    seen: set[RepoPath] = set()
    for imported in facts.imports if facts else ():
        module = view.evaluator.modules.loaded(imported, path, facts=facts)
        values: list[Value] = [module]
        if imported.name and isinstance(module, Symbol | Package):
            values = [v for v in view.evaluator.member(module, imported.name) if _is_module(v)] or values
        for target in {t for value in values for t in _paths(view, value)} - seen - {path}:
            seen.add(target)
            written = f"{imported.module}.{imported.name}" if imported.name else imported.module
            yield Use(source=path, target=target, line=imported.line, written=written)


def _is_module(value: Value) -> bool:
    return isinstance(value, Symbol) and value.index == 0


def _paths(view: View, value: Value) -> Iterator[RepoPath]:
    if isinstance(value, Symbol):
        yield value.path
    elif isinstance(value, Package) and value.language != "python":
        yield from (
            p for p in view.landscape.tree.folders.get(RepoPath(value.name), ()) if p.endswith((".go", ".java"))
        )
