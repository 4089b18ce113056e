"""How many files import a file: what makes code shared."""

from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.facts.model import FileFacts, Import
from weighbridge.landscape.importers import module_stem
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.values import Package, Symbol

MOST_READ: Final = 40
"""Candidates beyond this many are sampled evenly, and the count is scaled up."""


def fan_in(view: View, path: RepoPath, *, least: int = 1) -> int:
    """How many other files of the tree import the file at `path`; an estimate where very many might.

    0 where no `least` others may: none of them is read then.
    """
    candidates = sorted(view.importers.of(path))
    if len(candidates) < least:
        return 0
    sample = candidates[:: max(1, len(candidates) // MOST_READ)]
    view.landscape.load(sample)
    importing = sum(_imports(view, importer, path=path) for importer in sample)
    return importing * len(candidates) // len(sample) if sample else 0


def _imports(view: View, importer: RepoPath, *, path: RepoPath) -> bool:
    facts = view.landscape.facts(importer)
    return facts is not None and any(
        _leads_to(view, i, importer=importer, facts=facts, path=path) for i in facts.imports if _may_lead_to(i, path)
    )


def _may_lead_to(imported: Import, path: RepoPath) -> bool:
    """Whether the words of an import allow for the file: Java's and Python's name it, or all that is beside it."""
    last = imported.module.rpartition(".")[2]
    if path.endswith(".java"):
        return imported.name == "*" or module_stem(path) in (imported.name, last)
    if path.endswith((".py", ".pyi")):
        return not last or module_stem(path) in (imported.name, last)
    return True


def _leads_to(view: View, imported: Import, *, importer: RepoPath, facts: FileFacts, path: RepoPath) -> bool:
    modules = view.evaluator.modules
    match modules.loaded(imported, importer, facts=facts):
        case Symbol(path=found, index=0):
            return found == path or modules.submodule(found, imported.name) == Symbol(path, 0)
        case Symbol(path=found):
            return found == path
        case Package(name=folder, language="go"):
            return folder == folder_of(path)
        case Package(name=name, language="java"):
            there = view.landscape.facts(path)
            return there is not None and there.package == name and imported.name in ("*", module_stem(path))
        case Package() as package:
            return Symbol(path, 0) in modules.package_member(package, imported.name)
        case _:
            return False
