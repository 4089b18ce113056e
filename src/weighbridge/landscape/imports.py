"""Whether one file imports another: told by the words of its imports first, and then by where they lead in the tree.

What an import names may be handed on by the module it loads, and stand elsewhere: that module imports it in turn.
"""

from collections.abc import Iterator, Sequence

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import in_unit, mentions_in
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Import, Name
from weighbridge.facts.names import last_name
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.importers import module_stem
from weighbridge.landscape.modules.python import LOADER
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


def classes_of(facts: FileFacts | None) -> Sequence[str]:
    """The names that a file of Java has at its top level; none of any other."""
    is_java = facts is not None and facts.language == "java"
    return [d.name for d in facts.definitions[1:] if d.parent == 0 and d.name] if facts and is_java else []


def names_class(evaluator: Evaluator, user: RepoPath, *, path: RepoPath) -> bool:
    """Whether a file of Java names a class of another wherever it does: those of its own package need no import.

    Nor do those that it names with their package.
    """
    facts = evaluator.landscape.facts(user)
    if facts is None or facts.language != "java":
        return False
    mentions = mentions_in(facts)
    return any(
        last_name(expr) == name
        and any(value.path == path for value in _classes(evaluator, user, scope=scope, expr=expr))
        for name in classes_of(evaluator.landscape.facts(path))
        for unit in mentions.get(name, ())
        for scope, outer in in_unit(facts, unit)
        for expr in walk(outer)
    )


def loaded_by(evaluator: Evaluator, user: RepoPath) -> Iterator[RepoPath]:
    """The files that a file of Python loads by texts that name them: `import_module("shop.testing.pay")`."""
    facts = evaluator.landscape.facts(user)
    last = LOADER.rpartition(".")[2]
    for unit in mentions_in(facts).get(last, ()) if facts else ():
        for scope, outer in in_unit(facts, unit) if facts else ():
            for expr in walk(outer):
                if isinstance(expr, Call) and last_name(expr.function) == last:
                    found = evaluator.evaluate(user, scope, expr=expr)
                    yield from (value.path for value in found if isinstance(value, Symbol) and not value.index)


def _classes(evaluator: Evaluator, path: RepoPath, *, scope: int, expr: Expr) -> Iterator[Symbol]:
    found = evaluator.evaluate(path, scope, expr=expr) if isinstance(expr, Name | Attribute) else ()
    return (value for value in found if isinstance(value, Symbol))
