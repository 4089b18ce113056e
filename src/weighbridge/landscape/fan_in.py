"""How many files import a file: what makes code shared."""

from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.references import module_stem
from weighbridge.landscape.values import Package, Symbol

MOST_READ: Final = 300
"""Candidates beyond this many are sampled evenly, and the count is scaled up."""


def fan_in(view: View, path: RepoPath) -> int:
    """How many other files of the tree import the file at `path`; an estimate where very many might."""
    candidates = [p for p in view.landscape.files_with("i:" + module_stem(path)) if p != path]
    sample = candidates[:: max(1, len(candidates) // MOST_READ)]
    view.landscape.load(sample)
    importing = sum(_imports(view, importer, path=path) for importer in sample)
    return importing * len(candidates) // len(sample) if sample else 0


def _imports(view: View, importer: RepoPath, *, path: RepoPath) -> bool:
    facts = view.landscape.facts(importer)
    for imported in facts.imports if facts else ():
        brought = view.evaluator.brought(imported, importer, facts=facts)
        if Symbol(path, 0) in brought:
            return True
        packages = (v for v in brought if isinstance(v, Package) and v.language != "python") if imported.name else ()
        if any(path.startswith(package.name) for package in packages):
            return True
    return False
