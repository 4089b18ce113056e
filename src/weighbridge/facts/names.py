"""Dotted names of things outside the file, as far as the file's own imports tell."""

from collections.abc import Mapping

from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Import, Name


def imported_names(facts: FileFacts) -> Mapping[str, str]:
    """Local name to the dotted name it was imported from: `{"np": "numpy", "getenv": "os.getenv"}`.

    Python's `import a.b` binds `a` alone: `{"a": "a"}`.
    """
    return {
        each.alias: f"{each.module}.{each.name}" if each.name else _stands_for(each, facts.language)
        for each in facts.imports
        if each.alias
    }


def _stands_for(imported: Import, language: str) -> str:
    """What the name of a whole module stands for."""
    if language == "python" and imported.module.startswith(imported.alias + "."):
        return imported.alias
    return imported.module


def last_name(expr: Expr) -> str:
    """The rightmost name of a name or member; empty for anything else."""
    if type(expr) is Attribute:
        return expr.name
    return expr.id if type(expr) is Name else ""


def dotted(expr: Expr, imported: Mapping[str, str]) -> str:
    """The dotted name an expression spells, its root replaced by what it was imported from; empty when it spells none.

    `Path(x).open` is `pathlib.Path().open`: a call in the middle shows as `()`.
    """
    if type(expr) is Name:
        return imported.get(expr.id, expr.id)
    if type(expr) is Attribute:
        root = dotted(expr.of, imported)
        return f"{root}.{expr.name}" if root else ""
    if type(expr) is Call:
        root = dotted(expr.function, imported)
        return f"{root}()" if root else ""
    return ""
