"""Schemas that code itself declares: the fields of classes that stand for tables, which a migration must follow."""

from collections.abc import Iterator

from weighbridge.domain.ids import symbol_name
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.domain.system import Surface, SurfaceKind
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.surfaces.definitions import noticeable
from weighbridge.landscape.use import differs_in_notes_alone

_TELLING = frozenset({"__tablename__", "__table_args__", "db_table"})
_APP = "{}_"
"""Before the name of a table that Django calls by an application which the file does not name."""
_NO_FIELDS = frozenset({"objects"})
_HOW = {ChangeDepth.ADDED: "is new", ChangeDepth.REMOVED: "is gone"}


def model_surfaces(file: FileCode) -> Iterator[Surface]:
    """One surface for each class that stands for a table and has other fields now, or comes or goes as a whole."""
    tables = _tables(file.base) | _tables(file.head)
    changed: dict[str, list[str]] = {}
    for symbol in noticeable(file) if tables else ():
        name = symbol_name(symbol.symbol)
        model = name if name in tables else name.rpartition(".")[0].removesuffix(".Meta")
        if model in tables and (what := _difference(symbol, is_model=name == model)):
            changed.setdefault(model, []).append(what)
    for model, differences in changed.items():
        shown = ", ".join(differences[:3]) + (f" and {len(differences) - 3} more" if len(differences) > 3 else "")
        reason = f"what the table `{tables[model].removeprefix(_APP)}` holds: {shown}"
        yield Surface(kind=SurfaceKind.SCHEMA, path=file.change.path, reason=reason, symbol=model)


def _tables(facts: FileFacts | None) -> dict[str, str]:
    """The classes that stand for tables, by qualified name."""
    found: dict[str, str] = {}
    for access in facts.accesses if facts else ():
        if facts and access.kind in ("reads", "writes") and facts.definitions[access.scope].kind == "class":
            found.setdefault(facts.qualified_name(access.scope), access.key)
    return found


def _difference(symbol: ChangedSymbol, *, is_model: bool) -> str:
    name = symbol_name(symbol.symbol)
    how = _HOW.get(symbol.depth, "changes")
    if is_model:
        return f"`{name}` {how}" if how != "changes" else ""
    if differs_in_notes_alone(symbol.before, symbol.after):
        return ""  # no database is told of it
    last = name.rpartition(".")[2]
    is_field = symbol.kind == "variable" and not last.isupper() and last not in _NO_FIELDS
    return f"`{name}` {how}" if is_field and (not last.startswith("_") or last in _TELLING) else ""
