"""Tables that Go code reads and writes through gorm: named by `TableName`, by `Table("…")`, else guessed from the model."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.model import Access, Attribute, Call, Expr, FileFacts, Text
from weighbridge.facts.recognise._origins import Called, Origins, argument, calls

_MODULES: Final = ("gorm.io/gorm", "github.com/jinzhu/gorm")
_READING: Final = frozenset(
    {"Find", "First", "Take", "Last", "FirstOrInit", "FindInBatches", "Count", "Pluck", "Scan", "Row", "Rows"}
)
_WRITING: Final = frozenset(
    {
        "Create",
        "CreateInBatches",
        "Save",
        "Update",
        "Updates",
        "UpdateColumn",
        "UpdateColumns",
        "Delete",
        "FirstOrCreate",
    }
)
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LONGEST_CHAIN: Final = 50


def _recognise(facts: FileFacts) -> Recognised:
    if not any(each.module in _MODULES for each in facts.imports):
        return Recognised()
    origins = Origins(facts)
    tables = _declared_tables(facts)
    return Recognised(
        accesses=tuple(
            dict.fromkeys(each for called in calls(facts) for each in _accesses(called, origins, tables=tables))
        )
    )


def _declared_tables(facts: FileFacts) -> Mapping[str, str]:
    """Model to table, as `func (Order) TableName() string { return "orders" }` says."""
    named = {
        index: each.receiver
        for index, each in enumerate(facts.definitions)
        if each.name == "TableName" and each.receiver
    }
    return {
        named[step.scope]: step.value.value
        for step in facts.steps
        if step.kind == "return" and step.scope in named and isinstance(step.value, Text)
    }


def _accesses(called: Called, origins: Origins, *, tables: Mapping[str, str]) -> Iterator[Access]:
    function = called.call.function
    if not isinstance(function, Attribute) or function.name not in _READING | _WRITING:
        return
    named, model = _chain(called, origins)
    if not _is_gorm(origins.of(function, called.scope), known=bool(named or model)):
        return
    kind = "reads" if function.name in _READING else "writes"
    if named:
        yield Access(kind, named, called.scope, called.line)
        return
    model = model or _model(argument(called.call, 0), called.scope, origins=origins)
    if model and model[:1].isupper():
        yield Access(kind, tables.get(model) or _guessed(model), called.scope, called.line, model in tables)


def _is_gorm(origin: str, *, known: bool) -> bool:
    """Whether a call goes to gorm: its type says so, or the chain it ends does and its type is in another file."""
    return origin.startswith(_MODULES) or (known and "/" not in origin)


def _chain(called: Called, origins: Origins) -> tuple[str, str]:
    """(table, model) that the calls before this one name: `db.Table("orders")`, `db.Model(&Order{})`."""
    expr: Expr = called.call.function
    for _ in range(_LONGEST_CHAIN):
        match expr:
            case Call(function=Attribute(name="Table")):
                return origins.text(argument(expr, 0), called.scope) or "", ""
            case Call(function=Attribute(name="Model")):
                return "", _model(argument(expr, 0), called.scope, origins=origins)
            case Call(function=of) | Attribute(of=of):
                expr = of
            case _:
                break
    return "", ""


def _model(expr: Expr | None, scope: int, *, origins: Origins) -> str:
    return origins.of(expr, scope).rpartition("]")[2].rpartition(".")[2]


def _guessed(model: str) -> str:
    """Gorm's own rule, near enough: snake case in the plural."""
    name = "_".join(_WORD.split(model)).lower()
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return name + ("es" if name.endswith(("s", "x", "ch", "sh")) else "s")


RECOGNISER: Final = Recogniser(languages=("go",), version=1, recognise=_recognise)
