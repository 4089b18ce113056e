"""Whether one file imports another: told by the words of its imports first, and then by where they lead in the tree.

What an import names may be handed on by the module it loads, and stand elsewhere: that module imports it in turn.
"""

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.facts.model import FileFacts, Import
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.importers import module_stem
from weighbridge.landscape.values import Package, Symbol


def imports_file(evaluator: Evaluator, importer: RepoPath, *, path: RepoPath, when_run: bool = False) -> bool:
    """Whether `importer` imports the file at `path`; with `when_run`, by an import that is there when it runs."""
    facts = evaluator.landscape.facts(importer)
    if facts is None:
        return False
    imports = (each for each in facts.imports if not (when_run and each.is_type_only) and _may_lead_to(each, path))
    return any(_leads_to(evaluator, each, importer=importer, facts=facts, path=path) for each in imports)


def _may_lead_to(imported: Import, path: RepoPath) -> bool:
    """Whether the words of an import allow for the file: Python's name it, or what it stands in."""
    last = imported.module.rpartition(".")[2]
    return not path.endswith((".py", ".pyi")) or not last or module_stem(path) in (imported.name, last)


def _leads_to(evaluator: Evaluator, imported: Import, *, importer: RepoPath, facts: FileFacts, path: RepoPath) -> bool:
    if facts.language == "java":
        return _names_class(imported, path, there=evaluator.landscape.facts(path))
    modules = evaluator.modules
    match modules.loaded(imported, importer, facts=facts):
        case Symbol(path=found):
            return found == path or modules.submodule(found, imported.name) == Symbol(path, 0)
        case Package(name=folder, language="go"):
            return folder == folder_of(path)
        case Package() as package:
            return Symbol(path, 0) in modules.package_member(package, imported.name)
        case _:
            return False


def _names_class(imported: Import, path: RepoPath, *, there: FileFacts | None) -> bool:
    """Whether a Java import names the class that a file is called by, something inside it, or all of its package."""
    if there is None or there.language != "java":
        return False
    stem = module_stem(path)
    is_beside = imported.module == there.package and imported.name in ("*", stem)
    whole = ".".join(part for part in (there.package, stem) if part)
    return is_beside or f"{imported.module}.".startswith(f"{whole}.")
